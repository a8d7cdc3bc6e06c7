import { expect } from 'chai';
import fc from 'fast-check';
import { concat, defer, materialize, timer, type Observable, EMPTY } from 'rxjs';
