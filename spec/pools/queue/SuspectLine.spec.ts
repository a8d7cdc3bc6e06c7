import { expect } from 'chai';
import { SuspectLine } from '../../../src/pools/queue/node/parent/run/SuspectLine.ts';

describe('the line of suspects', () => {
  const [one, two, three] = [{}, {}, {}];
  let sent: string[] = [];
  const send = (name: string) => () => sent.push(name);
  beforeEach(() => {
    sent = [];
  });

  it('lets one job at a time send a chunk, in the order in which they came', () => {
    const [line, other] = [new SuspectLine(), new SuspectLine()];
    line.enter(one, send('one'));
    line.enter(two, send('two'));
    line.enter(three, send('three'));
    other.enter(two, send('two, elsewhere'));
    expect(sent).to.deep.equal(['one', 'two, elsewhere']);
    line.leave(one);
    expect(sent).to.deep.equal(['one', 'two, elsewhere', 'two']);
    line.leave(two);
    line.leave(three);
    line.enter(one, send('one again'));
    expect(sent.slice(3)).to.deep.equal(['three', 'one again']);
  });

  it('lets the job whose turn it is send again, as after an item that cannot be sent', () => {
    const line = new SuspectLine();
    line.enter(one, send('one'));
    line.enter(two, send('two'));
    line.enter(one, send('one again'));
    expect(sent).to.deep.equal(['one', 'one again']);
    line.leave(one);
    expect(sent).to.deep.equal(['one', 'one again', 'two']);
  });

  it('forgets a job that leaves while it waits', () => {
    const line = new SuspectLine();
    line.enter(one, send('one'));
    line.enter(two, send('two'));
    line.enter(three, send('three'));
    line.leave(two);
    line.leave(one);
    expect(sent).to.deep.equal(['one', 'three']);
  });
});
