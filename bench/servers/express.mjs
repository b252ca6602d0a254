/** The ceiling: Express alone, answering every request with the same user. No store, no validation, no log. */
import express from 'express';
import { person, userId } from '../load/people.mjs';
import { serving } from './serve.mjs';

const app = express();
app.disable('x-powered-by');
app.set('etag', false);
const constant = { id: userId(1), ...person(1) };
app.all('/{*path}', (_request, response) => {
  response.json(constant);
});
const server = app.listen(0, '127.0.0.1', () => serving(`http://127.0.0.1:${server.address().port}`, '/', () => {}));
