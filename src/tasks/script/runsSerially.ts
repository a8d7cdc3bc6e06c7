export { runsSerially } from './node/runsSerially.ts';
