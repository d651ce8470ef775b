import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import helmet from 'helmet';
import { pino } from 'pino';
import type { Guidance } from '../../src/guidance/guidance.ts';
import type { Role } from '../../src/record/entry.ts';
import { openConsole } from '../../src/review/console.ts';
import type { Member } from '../../src/review/members.ts';
import { openReview } from '../../src/review/review.ts';
import type { Setup } from '../../src/review/settings.ts';
import type { SignIn } from '../../src/review/signin.ts';

/** Somebody with these roles; of all units, where none is named. */
export function memberOf(name: string, roles: Role[], { units, own = [] }: { units?: string[]; own?: string[] } = {}) {
  const granted = roles.map((role) => ({ role, units }));
  return { id: `id of ${name}`, name, granted, own, local: false } satisfies Member;
}

/** The console over this house on a port of its own. Who comes in says who they are, in a header or in a cookie. */
export async function openOffice(guidance: Guidance, setup?: Setup) {
  const members = new Map<string, Member>();
  const token = randomBytes(16).toString('hex');
  const signIn: SignIn = {
    router: Router(),
    open: false,
    async signed({ headers }) {
      const id = headers['x-member'] ?? /member=([^;]+)/.exec(headers.cookie ?? '')?.[1];
      const member = members.get(decodeURIComponent(String(id)));
      return member && { member, token: `${token} ${member.id}` };
    },
  };
  const app = express();
  // As strict as the front of the house: a page that needs more than this fails here as well.
  const own = ["'self'"];
  const directives = { 'default-src': ["'none'"], 'style-src': own, 'img-src': own, 'form-action': own };
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives } }));
  app.get('/assets/diagram.css', (_, response) =>
    response.sendFile('diagram.css', { root: fileURLToPath(new URL('../../src/book', import.meta.url)) }),
  );
  app.use('/assets', express.static(fileURLToPath(new URL('../../src/chat/web/assets', import.meta.url))));
  app.use('/review', openReview(openConsole(guidance, signIn, pino({ level: 'silent' })), signIn, setup));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    address,
    /** Sits somebody down at a browser of theirs. */
    seat(member: Member) {
      members.set(member.id, member);
      return new Seat(address, member, `${token} ${member.id}`);
    },
  };
}

/** A member at work: gets pages, sends the forms on them. */
export class Seat {
  readonly address: string;
  readonly member: Member;
  readonly token: string;
  language = 'sv';

  constructor(address: string, member: Member, token: string) {
    this.address = address;
    this.member = member;
    this.token = token;
  }

  async get(path: string): Promise<{ status: number; html: string; location: string | null }> {
    return read(await fetch(this.address + path, { headers: this.#headers(), redirect: 'manual' }));
  }

  /** Sends a form with the token that it was drawn with. */
  async send(path: string, fields: Record<string, string>) {
    const body = new URLSearchParams({ token: this.token, ...fields });
    const sent = { method: 'POST', headers: this.#headers(), body, redirect: 'manual' } as const;
    return read(await fetch(this.address + path, sent));
  }

  #headers() {
    return { 'x-member': encodeURIComponent(this.member.id), 'accept-language': this.language };
  }
}

async function read(response: Response) {
  return { status: response.status, html: await response.text(), location: response.headers.get('location') };
}
