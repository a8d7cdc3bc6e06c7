import { expect } from 'chai';
import { decodeError } from '../../../src/tasks/errors/decodeError.ts';
import { encodeError } from '../../../src/tasks/errors/encodeError.ts';
import { errorClassOf, nameOfErrorClass, registerError } from '../../../src/tasks/errors/registerError.ts';

describe('registerError', () => {
  it('takes several classes, and one class twice', () => {
    class FirstError extends Error {}
    class SecondError extends FirstError {}
    registerError(FirstError, SecondError);
    registerError(FirstError);
  });

  it('takes the last of several classes of one name, since a module may be evaluated more than once', () => {
    const evaluate = (): new (message: string) => Error =>
      ({ DoubleError: class DoubleError extends Error {} }).DoubleError;
    const [first, second, third] = [evaluate(), evaluate(), evaluate()];
    registerError(first);
    registerError(second, third);
    expect(errorClassOf('DoubleError')).to.equal(third);
    for (const thrown of [new first('no'), new second('no'), new third('no')])
      expect(decodeError(encodeError(thrown, () => true))).to.be.instanceOf(third);
  });

  it('takes names as keys, whatever the classes are called', () => {
    const [first, second] = [class u extends RangeError {}, class u extends Error {}];
    registerError({ FirstNamedError: first, SecondNamedError: second });
    expect([first, second].map(nameOfErrorClass)).to.deep.equal(['FirstNamedError', 'SecondNamedError']);
    for (const errorClass of [first, second])
      expect(decodeError(encodeError(new errorClass('no'), () => true)))
        .to.be.instanceOf(errorClass)
        .with.property('message', 'no');
    expect(encodeError(new first('no'), () => true).nodes[0]?.classes).to.deep.equal([
      'FirstNamedError',
      'RangeError',
      'Error',
      'Object',
    ]);
  });

  it('refuses the name of an error of JavaScript or of this library', () => {
    expect(() => {
      registerError({ RangeError: class extends Error {} });
    }).to.throw(TypeError, 'another class is already registered as "RangeError"');
    expect(() => {
      registerError({ TypeError: class TypeError extends Error {} }.TypeError);
    }).to.throw(TypeError, '"TypeError"');
    expect(() => {
      registerError({ TaskError: class TaskError extends Error {} }.TaskError);
    }).to.throw(TypeError, '"TaskError"');
  });

  it('refuses what is no class of errors, and a class without a name', () => {
    for (const wrong of [5, undefined, null, { Wrong: 5 }, { Wrong: Map }, () => 1, Map])
      expect(() => {
        registerError(wrong as never);
      }).to.throw(TypeError, 'must be a class that extends Error, not');
    expect(() => {
      registerError((() => class extends Error {})());
    }).to.throw(TypeError, 'must have a name');
    expect(() => {
      registerError({ '': class extends Error {} });
    }).to.throw(TypeError, 'must have a name');
  });
});
