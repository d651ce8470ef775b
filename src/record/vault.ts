import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A secret in a form that only the key opens (AES-256-GCM), and that nobody can change unnoticed. */
export function lock(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const locked = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), locked]).toString('base64');
}

/** @throws where the key is another one, or what was locked has been changed. */
export function unlock(key: Buffer, text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString('utf8');
}
