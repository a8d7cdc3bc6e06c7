import { expect } from 'chai';
import { registerError } from '../../src/tasks/registerError.ts';

describe('registerError', () => {
  it('takes several classes, and one class twice', () => {
    class FirstError extends Error {}
    class SecondError extends FirstError {}
    registerError(FirstError, SecondError);
    registerError(FirstError);
  });

  it('refuses a second class of the same name', () => {
    registerError({ DoubleError: class DoubleError extends Error {} }.DoubleError);
    expect(() => {
      registerError({ DoubleError: class DoubleError extends Error {} }.DoubleError);
    }).to.throw(TypeError, 'another class is already registered as "DoubleError"');
    expect(() => {
      registerError(...[1, 2].map(() => ({ TwiceError: class TwiceError extends Error {} }).TwiceError));
    }).to.throw(TypeError, '"TwiceError"');
    expect(() => {
      registerError({ TypeError: class TypeError extends Error {} }.TypeError);
    }).to.throw(TypeError, '"TypeError"');
    expect(() => {
      registerError({ TaskError: class TaskError extends Error {} }.TaskError);
    }).to.throw(TypeError, '"TaskError"');
  });

  it('refuses what is no class of errors, and a class without a name', () => {
    for (const wrong of [5, undefined, {}, () => 1, Map])
      expect(() => {
        registerError(wrong as never);
      }).to.throw(TypeError, 'must be a class that extends Error, not');
    expect(() => {
      registerError((() => class extends Error {})());
    }).to.throw(TypeError, 'must have a name');
  });
});
