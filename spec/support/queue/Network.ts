import { execFileSync, spawnSync } from 'node:child_process';

/** A row of the kernel's table of connections: number, two addresses, and the state of one that this side has closed. */
const FIN_WAIT_1 = /^ *\d+: \S+ \S+ 04 /;

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Whether this process can make hosts: network namespaces of Linux, which are for root alone. */
export const CAN_NETWORK = ((): boolean => {
  const name = `rxp-${String(process.pid)}-try`;
  const isMade = spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status === 0;
  if (isMade) ip('netns', 'delete', name);
  return isMade;
})();

/** A host of a {@link Network}, with a link to the host of the server. */
export interface Host {
  readonly name: string;
  /** The address of the server, as seen from here. */
  readonly server: string;
  /** The end of the link at the server. */
  readonly link: string;
}

let networks = 0;

/** Hosts that only reach one server, each by a link of its own. No other program can reach them. */
export class Network {
  /** The host of the server. */
  readonly center: string;
  private readonly hosts: Host[] = [];

  constructor() {
    networks += 1;
    this.center = `rxp-${String(process.pid)}-${String(networks)}`;
    ip('netns', 'add', this.center);
  }

  /** The beginning of a command that runs at a host. */
  static at(host: string): readonly [command: string, ...args: string[]] {
    return ['ip', 'netns', 'exec', host];
  }

  addHost(): Host {
    const { center, hosts } = this;
    const nth = hosts.length + 1;
    const host = { name: `${center}-${String(nth)}`, server: `10.77.${String(nth)}.1`, link: `link${String(nth)}` };
    ip('netns', 'add', host.name);
    hosts.push(host);
    ip('-n', center, 'link', 'add', host.link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host.name);
    ip('-n', center, 'address', 'add', `${host.server}/30`, 'dev', host.link);
    ip('-n', host.name, 'address', 'add', `10.77.${String(nth)}.2/30`, 'dev', 'eth0');
    ip('-n', center, 'link', 'set', host.link, 'up');
    ip('-n', host.name, 'link', 'set', 'eth0', 'up');
    return host;
  }

  /** Drops all packets to a host and from it. No side is told. */
  cut({ link }: Host): void {
    ip('-n', this.center, 'link', 'set', link, 'down');
  }

  heal({ link }: Host): void {
    ip('-n', this.center, 'link', 'set', link, 'up');
  }

  /** Lets the server soon forget the connections that it closes while their hosts are cut off. */
  forgetSoon(): void {
    this.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/tcp_orphan_retries');
  }

  /** Whether the server still has connections that it has closed. */
  hasClosing(): boolean {
    return this.run('cat', '/proc/net/tcp')
      .split('\n')
      .some((line) => FIN_WAIT_1.test(line));
  }

  remove(): void {
    for (const { name } of this.hosts) ip('netns', 'delete', name);
    ip('netns', 'delete', this.center);
  }

  private run(...command: readonly string[]): string {
    const [ip, ...args] = Network.at(this.center);
    return execFileSync(ip, [...args, ...command], { encoding: 'utf8' });
  }
}
