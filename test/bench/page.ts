import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import express from 'express';

// What a press is held against: express, answering the page in the file named and doing nothing else; and, to see what
// the disk alone takes, a form whose text is put into a table, on the same terms as the log, before it is answered.
const file = process.argv[2]!;
let page: string | undefined;
const rows = new DatabaseSync(`${file}.db`);
rows.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE form (text TEXT)');
const insert = rows.prepare('INSERT INTO form VALUES (?)');

const app = express();
app.disable('x-powered-by');
app.set('etag', false);
app.get('/', (_, response) => {
  page ??= readFileSync(file, 'utf8');
  response.type('html').send(page);
});
app.post('/', express.urlencoded({ extended: false }), (request, response) => {
  insert.run(JSON.stringify(request.body));
  response.redirect(303, '/?session=0');
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`page: http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
