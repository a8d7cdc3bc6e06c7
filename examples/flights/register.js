// Lets this process, and every worker it starts, run TypeScript. Not needed from Node 22.18 on.
import { register } from 'tsx/esm/api';

register();
