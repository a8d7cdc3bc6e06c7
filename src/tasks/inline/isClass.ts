import type { AnyFunction } from './sourceOf.ts';

/** Whether a function is a class, which cannot be called. */
export function isClass(task: AnyFunction): boolean {
  // A method may be called `class`, but has no prototype.
  return Object.hasOwn(task, 'prototype') && Function.prototype.toString.call(task).startsWith('class');
}

/** The message for a class that is passed in place of a function. */
export function classAdvice(name: string): string {
  return `${name} is a class: give it to parallelGen, or write a function`;
}
