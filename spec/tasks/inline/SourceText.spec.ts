import { expect } from 'chai';
import { parses, SourceText } from '../../../src/tasks/inline/SourceText.ts';

/** What a text does with a name, in one word. */
function roleOf(text: string, name = 'name'): string {
  const source = new SourceText(text);
  const isDeclared = source.declarationsOf(name) > 0;
  if (source.refersTo(name)) return isDeclared ? 'both' : 'reference';
  return isDeclared ? 'declaration' : 'nothing';
}

const REFERENCES = [
  '(n) => name(n)',
  '(n) => (0, name)(n)',
  '(n) => [...n, name]',
  '(n) => `a ${name(n)} b`',
  '(n) => `a ${`name ${"name"} ${name}`}`',
  '(n) => n / name(n) / 2',
  '(n = name) => n',
  '(n) => ({ name })',
  '(n) => ({ [name]: 1 })',
  '(n) => ({ other: name })',
  '(n) => n?.[name]',
  '(n) => n ? name : 0',
  '(n) => typeof name',
  '(n) => new name(n)',
  '(n) => { for (const m of name(n)) yield_(m) }',
  'class { field = name }',
  'class { static { name(this) } }',
  'class extends name(Object) {}',
  'process(n) { return name(n) }',
  "async *'quoted ( name'(n) { yield name(n) }",
  '[name](n) { return n }',
];

const DECLARATIONS = [
  '(name) => 1',
  '({ name }) => 1',
  '({ other: name = 1 }) => 1',
  '([, ...name]) => 1',
  'name => 1',
  'async name => 1',
  '(n) => { let name }',
  '(n) => { var [name] = n }',
  '(n) => { function name() {} }',
  '(n) => { async function* name() {} }',
  '(n) => { class name {} }',
  '(n) => { try { n() } catch (name) {} }',
  '(n) => { for (const name of n) n() }',
  'function name() {}',
  'class name {}',
];

const MENTIONS = [
  "(n) => 'name(n)'",
  '(n) => "it\'s \\" name(n)"',
  '(n) => `name(n) ${n} name(n)`',
  '(n) => { /* name(n) */ return n }',
  '(n) => { // name(n)\n return n }',
  '(n) => n // name(n)',
  '(n) => /name(n)/.test(n)',
  '(n) => /[/]name(n)/u.test(n)',
  '(n) => n.name(n)',
  '(n) => n?.name(n)',
  '(n) => n\n  . /* of n */ name(n)',
  '(n) => ({ name: n })',
  '(n) => ({ name(n) {} })',
  '(n) => ({ get name() {} })',
  '(n) => { name: for (;;) break name }',
  'class { name(n) {} }',
  'class { static async *name(n) {} }',
  'class { #name(n) {} m() { this.#name(1) } }',
  'name(n) { return n }',
  'async name(n) { return n }',
  'get name() { return 1 }',
  '(n) => n.$name + n.name$ + n.my_name',
];

describe('SourceText', () => {
  for (const text of REFERENCES)
    it(`sees the variable in ${text}`, () => {
      expect(roleOf(text)).to.equal('reference');
    });

  for (const text of DECLARATIONS)
    it(`sees the declaration in ${text}`, () => {
      expect(roleOf(text)).to.equal('declaration');
    });

  for (const text of MENTIONS)
    it(`sees no variable in ${text}`, () => {
      expect(roleOf(text)).to.equal('nothing');
    });

  it('sees both where a name is declared and used, or assigned', () => {
    for (const text of ['(name) => name', '(n) => { name = n; n(name) }', 'function name(n) { return name(n) }'])
      expect(roleOf(text), text).to.equal('both');
  });

  it('tells one name from another that it is a part of, or that has a dollar', () => {
    expect(roleOf('(n) => names(n) + surname(n)')).to.equal('nothing');
    expect(roleOf('(n) => $(n) + $$', '$')).to.equal('reference');
    expect(roleOf('(n) => $$(n)', '$')).to.equal('nothing');
    expect(roleOf('($$) => 1', '$$')).to.equal('declaration');
  });

  it('sees members of a variable, and where a pattern stands in code', () => {
    const source = new SourceText('(n) => n.of(a.b, "c.d", /* e.f */ `${g.h}`)');
    expect(['a.b', 'c.d', 'e.f', 'g.h'].filter((member) => source.refersTo(member))).to.deep.equal(['a.b', 'g.h']);
    const patterns = [/a\.b/g, /c\.d/g, /e\.f/g, /g\.h/g, /=>/g];
    expect(patterns.map((pattern) => source.hasCode(pattern))).to.deep.equal([true, false, false, true, true]);
  });

  it('counts declarations', () => {
    for (const [text, count] of [
      ['(n) => name(n)', 0],
      ['function name(n) { return name(n) }', 1],
      ['function name(name) { { let name = n; } }', 3],
      ["(n) => ['name', n.name]", 0],
    ] as const)
      expect(new SourceText(text).declarationsOf('name'), text).to.equal(count);
  });

  it('sees what is minified as what is not', () => {
    expect(roleOf('n=>name(n)')).to.equal('reference');
    expect(roleOf('n=>{let r=/name(n)/,s="name(n)";return r.test(s)}')).to.equal('nothing');
    expect(roleOf('class e{static name(n){return`name(n)`}}')).to.equal('nothing');
  });

  it('reads each syntax that this Node runs', () => {
    const texts = [
      "(n) => import('x', { with: { name: name(n) } })",
      '(n) => /[\\p{L}--[name]]/v.test(name)',
      '(n, m) => { class A { #name; static of(o) { return #name in o } } return name }',
      'async (n) => { using a = name(n); await using b = "name" }',
      '(n) => /(?i:name)/.test(name)',
      'class { @name name() {} }',
    ].filter((text) => parses(`(${text})`));
    expect(texts.length).to.be.at.least(3);
    for (const text of texts) expect(roleOf(text), text).to.equal('reference');
  });

  it('sees nothing in a text that cannot be parsed', () => {
    for (const text of ['() => import.meta(name)', '(n) => name(n', '() => name(010)', '#m() { return name }'])
      expect(roleOf(text), text).to.equal('nothing');
  });

  it('tells apart two texts that differ in what surrounds a name', () => {
    const [one, other] = [new SourceText("(n) => 'name'"), new SourceText('(n) => name')];
    expect([one.refersTo('name'), other.refersTo('name'), one.refersTo('name')]).to.deep.equal([false, true, false]);
  });

  it('takes a time that grows with the text, however often it mentions a name', () => {
    const text = `(n) => [${"'name(n)', ".repeat(20_000)}]`;
    const startedAt = performance.now();
    expect(roleOf(text)).to.equal('nothing');
    expect(performance.now() - startedAt).to.be.below(5000);
  });
});
