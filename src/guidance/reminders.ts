import { isMuted, mute as muteFor, remember } from '../record/person.ts';
import { type Guidance, languageOf, type Visitor } from './guidance.ts';

/**
 * Turns reminders off for somebody (`on`: true), or on again. What answers their own questions or corrects their own
 * guidance is told all the same: see `isReminder`.
 */
export async function mute(guidance: Guidance, visitor: Visitor, on: boolean): Promise<void> {
  // Whoever has never answered anything is not known yet, and their wish would be lost.
  await remember(guidance.database, visitor.person, await languageOf(guidance, visitor));
  await muteFor(guidance.database, [visitor.person.hash], on);
}

/** Whether somebody has turned reminders off. */
export async function hasMuted({ database }: Guidance, { person }: Visitor): Promise<boolean> {
  return (await isMuted(database, [person.hash])) === true;
}
