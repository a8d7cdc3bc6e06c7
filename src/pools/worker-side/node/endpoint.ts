import { parentPort } from 'node:worker_threads';
import { isUint8Array } from '../../../platform/types.ts';
import { TERMINATE } from '../../wire/node/terminateMessage.ts';
import { exit, listen, listenAgain, sendToParent } from './ownProcess.ts';

/** A call in workerpool's form. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

type Post = (message: unknown, transfers?: readonly Transferable[]) => void;

// Read when the worker loads, since a task may replace them later.
const port = parentPort;
const post = (port === null ? sendToParent : port.postMessage.bind(port)) as Post;
const onPort = port?.on.bind(port);

/**
 * Receives calls as workerpool sends them, and reports that the worker is ready. It replaces workerpool's own worker script,
 * which looks up `process` and other globals at each message: a task may have replaced them.
 *
 * @param refuse - Receives the reason why a message cannot be read.
 * @param receiveBytes - Receives the messages of single calls, which come to a process as bytes.
 */
export function openEndpoint(
  receive: (call: Call) => void,
  refuse: (reason: unknown) => void,
  receiveBytes: (bytes: Uint8Array) => void,
): void {
  receiving = (message) => {
    if (message === TERMINATE) exit(0);
    else if (port === null && isUint8Array(message)) receiveBytes(message);
    else if (isCall(message)) receive(message);
  };
  refusing = refuse;
  if (onPort === undefined) {
    listen('message', receiving);
    listen('disconnect', exitOrderly);
  } else {
    onPort('message', receiving);
    onPort('messageerror', refusing);
    // A task may close the port. The worker could then neither receive nor send.
    onPort('close', exitOrderly);
  }
  post('ready');
}

let receiving: (message: unknown) => void = () => undefined;
let refusing: (reason: unknown) => void = () => undefined;

/** Adds the listeners again that a task has removed. */
export function stayOpen(): void {
  listenAgain();
  // A port adds the same listener only once.
  onPort?.('message', receiving);
  onPort?.('messageerror', refusing);
}

/** Sends an event before a call is answered. */
export function sendEvent(id: number, payload: unknown, transfers: readonly Transferable[]): void {
  send({ id, isEvent: true, payload }, transfers);
}

export function sendAnswer(id: number, result: unknown): void {
  send({ id, result, error: null }, []);
}

/** Sends a message that belongs to no call. */
export function sendMessage(message: unknown): void {
  send(message, []);
}

function send(message: unknown, transfers: readonly Transferable[]): void {
  if (port === null || transfers.length === 0) post(message);
  else post(message, transfers);
}

function exitOrderly(): void {
  exit(0);
}

function isCall(message: unknown): message is Call {
  return typeof message === 'object' && message !== null && typeof (message as Partial<Call>).id === 'number';
}
