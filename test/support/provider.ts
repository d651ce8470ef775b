import type { IncomingMessage, ServerResponse } from 'node:http';
import { after } from 'node:test';
import { type Claims, type LocalProvider, startProvider as start } from '../../src/demo-provider.ts';
import { freePort } from './port.ts';

/** The people of the made-up municipality, by their id at the provider. */
export const people: Record<string, Claims> = {
  rut: { name: 'Rut Registrator', email: 'rut@exempel.se', email_verified: true, groups: ['registrars'] },
  greta: { name: 'Greta Granskare', email: 'greta@exempel.se', email_verified: true, groups: ['reviewers'] },
  arne: { name: 'Arne Arkivarie', email: 'arne@exempel.se', email_verified: true, groups: [] },
  rita: { name: 'Rita Revisor', email: 'rita@exempel.se', email_verified: true, groups: ['auditors'] },
  nils: { name: 'Nils Nyanställd', email: 'nils@exempel.se', email_verified: true, groups: [] },
};

/** A real provider on this machine, which a test can look into and get in the way of. */
export interface TriedProvider extends LocalProvider {
  /** How often its tokens have been asked for. */
  asked(): number;
  /** Lets a test answer in the provider's place; undefined lets the provider answer. */
  interfere(answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined): void;
}

/** @param publicUrl where the console is, as PUBLIC_URL says. */
export async function startProvider(publicUrl: string, known: Record<string, Claims> = people): Promise<TriedProvider> {
  let asked = 0;
  let interfering: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  const provider = await start({ publicUrl, port: await freePort(), known }, (request, response) => {
    if (request.url === '/token') asked += 1;
    return interfering?.(request, response) === true;
  });
  after(provider.stop);
  return {
    ...provider,
    asked: () => asked,
    interfere(answer) {
      interfering = answer;
    },
  };
}

/** A browser without its screen that goes between the console and the provider, step by step, keeping its cookies. */
export class Traveller {
  /** Where the console is, and where it says that it is. */
  readonly #places: { address: string; publicUrl: string };
  /** By host, as browsers keep them. */
  readonly cookies = new Map<string, string>();
  /** The lines by which cookies were set, the latest last. */
  readonly set: string[] = [];
  html = '';
  address = '';
  language = 'sv';

  constructor(address: string, publicUrl = address) {
    this.#places = { address, publicUrl };
  }

  /** One step, wherever it leads. A path is one of the console's. */
  async step(to: string, form?: Record<string, string>): Promise<Response> {
    const { address, publicUrl } = this.#places;
    const url = new URL(to, this.address || publicUrl);
    const real = url.href.startsWith(`${publicUrl}/`) ? address + url.href.slice(publicUrl.length) : url.href;
    const jar = url.origin;
    const cookies = [...this.cookies].filter(([key]) => key.startsWith(`${jar} `));
    const response = await fetch(real, {
      redirect: 'manual',
      headers: {
        'accept-language': this.language,
        ...(cookies.length > 0 && {
          cookie: cookies.map(([key, value]) => `${key.slice(jar.length + 1)}=${value}`).join('; '),
        }),
        ...(form && { origin: url.origin }),
      },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      this.set.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const gone = /expires=Thu, 01 Jan 1970/i.test(line);
      if (gone) this.cookies.delete(`${jar} ${name}`);
      else this.cookies.set(`${jar} ${name}`, value);
    }
    this.address = url.href;
    this.html = await response.clone().text();
    return response;
  }

  /** Goes there, and wherever it leads, until a page is shown, or until it would lead to `before`. */
  async go(to: string, form?: Record<string, string>, before?: RegExp): Promise<Response> {
    let response = await this.step(to, form);
    for (let steps = 0; steps < 20; steps += 1) {
      const location = response.headers.get('location');
      if (location === null) return response;
      const next = new URL(location, this.address).href;
      if (before?.test(next)) return response;
      response = await this.step(next);
    }
    throw new Error(`${to} leads nowhere.`);
  }

  /** On a page of the console. */
  visit(path: string): Promise<Response> {
    return this.go(`${this.#places.publicUrl}${path}`);
  }

  /** Signs in as one of the provider's people, from a page of the console. @returns the page that it ends at. */
  async signIn(who: string, path = '/review'): Promise<Response> {
    const response = await this.visit(path);
    return this.html.includes('name="who"') ? this.go(this.address, { who }) : response;
  }

  /** As far as the address that the provider sends them back to, without going there. */
  async signInUpTo(who: string, path: string, change: (address: URL) => void = () => {}): Promise<string> {
    const first = await this.step(`${this.#places.publicUrl}/review/sign-in?${new URLSearchParams({ back: path })}`);
    const address = new URL(first.headers.get('location')!);
    change(address);
    const asked = await this.go(address.href, undefined, /\/review\/callback/);
    const last = asked.headers.has('location') ? asked : await this.go(this.address, { who }, /\/review\/callback/);
    return last.headers.get('location')!;
  }

  get heading(): string {
    return /<h1[^>]*>(.*?)<\/h1>/s.exec(this.html)?.[1] ?? '';
  }

  /** What the forms of the page must carry. */
  get token(): string {
    return /name="token" value="([^"]*)"/.exec(this.html)?.[1] ?? '';
  }

  /** The console's cookie whose name ends so. */
  cookie(ending: string): string | undefined {
    return [...this.cookies].find(([key]) => key.endsWith(ending))?.[1];
  }
}
