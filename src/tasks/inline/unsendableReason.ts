import { isClass } from './isClass.ts';
import type { AnyFunction } from './sourceOf.ts';
import { SourceText } from './SourceText.ts';

/** The reason why the text of a function is not enough, and the advice. */
export interface UnsendableReason {
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Finds things that a function needs and that are not in its source text, as far as the text shows them: helpers of
 * compilers, properties of the function, and the parent of a class.
 *
 * @param task - A function or a class.
 * @param text - Its source text.
 */
export function unsendableReason(task: AnyFunction, text: string): UnsendableReason | undefined {
  const source = new SourceText(text);
  return (
    helperIn(text, source) ?? (isClass(task) ? besideClass(task, text, source) : besideFunction(task, text, source))
  );
}

const RECOMPILE = 'Compile for ES2022 or later';

/**
 * The helpers of TypeScript and esbuild for syntax that a target does not have, with the advice. `__name` exists in
 * workers.
 */
const HELPERS = {
  'Compile to ES modules': 'glob|import(?:Default|Star)|require|toESM',
  'Do without decorators and `using`':
    'addDisposableResource|callDispose|decorat\\w*|disposeResources|esDecorate|propKey|runInitializers|setFunctionName|using',
  [RECOMPILE]:
    'assign|async|asyncDelegator|asyncGenerator|asyncValues|await|awaiter|classPrivateField\\w+|extends|forAwait|generator|' +
    'makeTemplateObject|objRest|pow|private[A-Z]\\w*|publicField|read|rest|restKey|rewriteRelativeImportExtension|' +
    'spread\\w*|super[A-Z]\\w*|template|values|yieldStar',
};

const HELPER_CALLS = Object.entries(HELPERS).map(
  ([remedy, names]) => [remedy, new RegExp(`(?:\\btslib\\w*\\.|(?<![\\w$]))__(?:${names})(?=\\)?\\()`, 'g')] as const,
);

/** What swc and Babel call, in the spelling of swc; that of Babel has capitals in place of underscores. */
const OTHER_HELPERS = [
  'array_like_to_array,async_generator_delegate,async_iterator,async_to_generator,await_async_generator,call_super',
  'class_call_check,class_private_field_get,class_private_field_init,class_private_field_loose_base,class_private_field_set',
  'class_private_method_get,class_private_method_init,create_class,create_for_of_iterator_helper_loose,create_super',
  'define_property,get_prototype_of,inherits,instanceof,interop_require_default,interop_require_wildcard',
  'object_destructuring_empty,object_spread,object_spread_props,object_without_properties,object_without_properties_loose',
  'possible_constructor_return,sliced_to_array,super_prop_base,tagged_template_literal,to_array,to_consumable_array',
  'to_property_key,ts_add_disposable_resource,ts_decorate,ts_dispose_resources,ts_generator,ts_values,type_of',
  'wrap_async_generator,wrap_native_super,wrap_reg_exp',
]
  .flatMap((names) => names.split(','))
  .flatMap((name) => [name, name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())]);

const OTHER_CALLS = new RegExp(`(?<![\\w$])_(?:${OTHER_HELPERS.join('|')})(?=(?:\\._)?\\)?\\()`, 'g');

/** A reference followed by this is a call of a helper: `__read(`, `(0, _to_array._)(`. */
const CALL = String.raw`(?:\._)?\)?\(`;

function helperIn(text: string, source: SourceText): UnsendableReason | undefined {
  for (const [remedy, calls] of [[RECOMPILE, OTHER_CALLS] as const, ...HELPER_CALLS])
    for (const callee of new Set(text.match(calls)))
      // That tslib may have made globals of them here says nothing about workers.
      if (source.refersTo(callee, CALL) && !isOwn(callee, source)) return calling(callee, remedy);
  return undefined;
}

/** Whether a text makes a function itself, or is given it, or names it without a call, as no compiler does. */
function isOwn(callee: string, source: SourceText): boolean {
  const [root = ''] = callee.split('.');
  return source.declarationsOf(root) > 0 || source.refersTo(callee, `(?!${CALL})`);
}

function calling(callee: string, remedy: string): UnsendableReason {
  return { reason: `it calls ${callee.replace(/^tslib\w*\./, '')}, which a compiler has put beside it`, remedy };
}

function besideClass(task: AnyFunction, text: string, source: SourceText): UnsendableReason | undefined {
  const parent = parentOf(task, text);
  if (parent !== undefined)
    return { reason: `it extends ${parent}, which is not in its text`, remedy: 'Write a class that stands alone' };
  const changed = changedMember(task, text);
  if (changed !== undefined)
    return { reason: `its member "${changed}" is not in its text, but set beside it`, remedy: 'Write it in the class' };
  const [, name] = /^class\s+(?!extends\b)([\w$]+)/.exec(text) ?? [];
  if (name === undefined || source.hasCode(/\bstatic\s*\{/g)) return undefined;

  const used = usedMembers(task, name, source).find(
    (member) =>
      !source.hasCode(new RegExp(`\\bstatic\\s+(?:async\\s+)?(?:[gs]et\\s+)?(?:\\*\\s*)?${member}\\b`, 'g')) &&
      !source.hasCode(new RegExp(`\\.${member}\\s*(?:\\?\\?|\\|\\|)=`, 'g')),
  );
  if (used === undefined) return undefined;
  return { reason: `its static member "${used}" is not in its text, but set beside it`, remedy: RECOMPILE };
}

/** The name of the parent of a class, if workers have no such class. */
function parentOf(task: AnyFunction, text: string): string | undefined {
  const parent = Object.getPrototypeOf(task) as AnyFunction | null;
  if (parent === null || parent === Function.prototype || Reflect.get(globalThis, parent.name) === parent)
    return undefined;
  return text.includes(Function.prototype.toString.call(parent)) ? undefined : parent.name || 'another class';
}

/** A method that was set, or wrapped by a decorator, when the class was there already. */
function changedMember({ prototype }: AnyFunction & { readonly prototype?: object }, text: string): string | undefined {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype ?? {})).find(
    ([name, property]) =>
      name !== 'constructor' &&
      Object.values({ ...property }).some(
        (part) => typeof part === 'function' && !text.includes(Function.prototype.toString.call(part)),
      ),
  )?.[0];
}

function besideFunction(task: AnyFunction, text: string, source: SourceText): UnsendableReason | undefined {
  const [, key] = /^(?:async\b)?\s*\*?\s*\[\s*([\w$]+)\s*\]/.exec(text) ?? [];
  if (key !== undefined && !/^\d/.test(key) && !(key in globalThis))
    return { reason: `its key is the value of ${key}, which is not in its text`, remedy: 'Give it a name' };
  const [, name] = /^(?:async\s+)?function\s*\*?\s*([\w$]+)/.exec(text) ?? [];
  if (name === undefined) return undefined;

  // What it sets itself, such as a cache, it sets in the worker too.
  const used = usedMembers(task, name, source).find(
    (member) => !source.hasCode(new RegExp(`\\.${member}\\s*${ASSIGNMENT}`, 'g')),
  );
  if (used === undefined) return undefined;
  return {
    reason: `its property "${used}" is not in its text, but set beside it`,
    remedy: typeof Reflect.get(task, used) === 'function' ? 'Write it in the function' : 'Pass it in `args`',
  };
}

/** An operator that assigns, and does not compare. */
const ASSIGNMENT = String.raw`(?:[-+/%^]|\*\*?|<<|>>>?|&&?|\|\|?|\?\?)?=(?![=>])`;

/** The members of a function or class that its text names, without those that every function has. */
function usedMembers(task: AnyFunction, name: string, source: SourceText): string[] {
  // Where it has something else of its own name, the text does not say which of them is meant.
  if (source.declarationsOf(name) > 1) return [];
  return Object.getOwnPropertyNames(task).filter(
    (member) =>
      /^\w+$/.test(member) && !['length', 'name', 'prototype'].includes(member) && source.refersTo(`${name}.${member}`),
  );
}
