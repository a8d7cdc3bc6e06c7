import { postResults } from './postResults';

void postResults();
