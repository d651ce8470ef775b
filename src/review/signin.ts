import type { Request, Router } from 'express';
import type { Member } from './members.ts';

/** How the program is known to the provider that people sign in at. */
export interface SignInSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where the provider sends people back to. */
  publicUrl: string;
}

/** Somebody in the console, and what their forms must carry. */
export interface Signed {
  member: Member;
  /** Stands in every form of theirs: another site can't know it. */
  token: string;
}

/** The way in to the console. */
export interface SignIn {
  /** The pages by which one signs in and out: /review/sign-in, /review/callback, POST /review/sign-out. */
  router: Router;
  /** @returns nothing where nobody has signed in. */
  signed(request: Request): Promise<Signed | undefined>;
}
