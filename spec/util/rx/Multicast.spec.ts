import { expect } from 'chai';
import { share, Subject, take, tap, type Observable, type SubjectLike } from 'rxjs';
import { Multicast } from '../../../src/util/rx/Multicast.ts';
import { record, type Recording } from '../../support/record.ts';

const over = new Error('over');

/** One of RxJS, and one of ours, which are to do the same. */
const both = (): readonly { readonly subject: SubjectLike<number>; readonly value$: Observable<number> }[] => {
  const [subject, multicast] = [new Subject<number>(), new Multicast<number>()];
  return [
    { subject, value$: subject },
    { subject: multicast, value$: multicast.value$ },
  ];
};

describe('Multicast', () => {
  it('passes all on to all who are there, as a Subject does', () => {
    for (const { subject, value$ } of both()) {
      const [stays, leaves, once] = [record(value$), record(value$), record(value$.pipe(take(1)))];
      subject.next(1);
      leaves.subscription.unsubscribe();
      const late = record(value$);
      subject.next(2);
      subject.error(over);
      expect(stays).to.deep.include({ values: [1, 2], errors: [over], completions: 0 });
      expect(leaves).to.deep.include({ values: [1], errors: [] });
      expect(once).to.deep.include({ values: [1], errors: [], completions: 1 });
      expect(late).to.deep.include({ values: [2], errors: [over] });
    }
  });

  it('passes nothing on to who leaves or comes meanwhile, and completes who is there', () => {
    for (const { subject, value$ } of both()) {
      const late: Recording<number>[] = [];
      const stays = record(
        value$.pipe(
          tap(() => {
            leaves.subscription.unsubscribe();
            late.push(record(value$));
          }),
        ),
      );
      const leaves = record(value$);
      subject.next(1);
      expect(leaves.values).to.deep.equal([]);
      expect(late.map(({ values }) => values)).to.deep.equal([[]]);
      subject.complete();
      for (const { completions } of [stays, ...late]) expect(completions).to.equal(1);
    }
  });

  it('connects what is shared', () => {
    const source$ = new Subject<number>();
    const shared$ = source$.pipe(share({ connector: () => new Multicast() }));
    const shared = [record(shared$), record(shared$)];
    source$.next(1);
    shared[0]?.subscription.unsubscribe();
    expect(source$.observed).to.equal(true);
    source$.next(2);
    shared[1]?.subscription.unsubscribe();
    expect(source$.observed).to.equal(false);
    expect(shared.map(({ values }) => values)).to.deep.equal([[1], [1, 2]]);
  });
});
