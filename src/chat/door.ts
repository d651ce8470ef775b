import type { Request, Router } from 'express';

/** One way into the program: the web chat, and beside it a platform where staff talk to each other. */
export interface Door {
  router: Router;
  /** Draws a fault that the person can do nothing about, so that they can try the same thing again. */
  drawFault(request: Request, reference: string): string;
  /** Draws why there is nothing to show, with a way on: there is no such page, or something came from another site. */
  drawTurnedAway(request: Request, why: 'missing' | 'foreign'): string;
  /** Paths that anybody may read, wherever they come from. */
  isPublic(request: Request): boolean;
}
