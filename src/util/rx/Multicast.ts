import { Observable, type Observer, type SubjectLike, type Subscriber, type Unsubscribable } from 'rxjs';

/**
 * Passes on to all subscribers, each of which leaves in constant time: a Subject searches the list of its subscribers for
 * each that leaves. Unlike one, it keeps nothing for later subscribers.
 */
export class Multicast<T> implements SubjectLike<T> {
  private readonly subscribers = new Set<Subscriber<T>>();
  /** What it passes on. */
  readonly value$ = new Observable<T>((subscriber) => {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  });

  subscribe(observer: Partial<Observer<T>>): Unsubscribable {
    return this.value$.subscribe(observer);
  }

  next(value: T): void {
    for (const subscriber of [...this.subscribers]) subscriber.next(value);
  }

  error(error: unknown): void {
    for (const subscriber of [...this.subscribers]) subscriber.error(error);
  }

  complete(): void {
    for (const subscriber of [...this.subscribers]) subscriber.complete();
  }
}
