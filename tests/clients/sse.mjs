// graphql-sse in distinct connections mode: the stream as the protocol has it, and as front ends speak it, with the client of graphql-sse.

import { createClient } from 'graphql-sse';

import { CHANGED, follows, INBOX, letter, missesNothing, POST, post } from './letter.mjs';
import { address, authorization, fails, holds, pause, run, same, until, within } from './steps.mjs';

const url = `${address}/graphql`;
/** How long nothing may come where nothing should. */
const A_WHILE = 700;
const VIEWER = '{ viewer { roles } }';

/** A stream, by POST unless it says otherwise. */
function stream(body, { headers = authorization, method = 'POST', ...init } = {}) {
  return fetch(method === 'GET' ? `${url}?${new URLSearchParams(body)}` : url, {
    method,
    headers: { accept: 'text/event-stream', ...(method === 'POST' && { 'content-type': 'application/json' }), ...headers },
    body: method === 'POST' ? JSON.stringify(body) : undefined,
    ...init,
  });
}

/** The events of a stream that ends by itself. */
async function events(response) {
  same(response.status, 200, 'the status');
  same(response.headers.get('content-type').split(';')[0], 'text/event-stream', 'the content type');
  const text = await within(10_000, 'the end', response.text());
  return text
    .split(/\n\n/)
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith(':')))
    .filter((block) => block.length > 0)
    .map((block) => {
      const field = (name) => block.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
      const said = field('data');
      return { event: field('event'), data: said === '' || said === undefined ? said : JSON.parse(said) };
    });
}

const protocol = {
  'a query and a mutation: one next, then complete with empty data': async () => {
    for (const [query, variables] of [[VIEWER], [POST, { input: await letter() }]]) {
      const [next, complete, ...rest] = await events(await stream({ query, variables }));
      same([next.event, next.data.errors, rest], ['next', undefined, []]);
      holds(next.data.data, 'there are data');
      same(complete, { event: 'complete', data: '' });
    }
  },
  'a query by GET': async () => {
    const found = await events(await stream({ query: VIEWER }, { method: 'GET' }));
    same(found.map((one) => one.event), ['next', 'complete']);
    same(found[0].data.errors, undefined);
  },
  'a mutation by GET is not run': async () => {
    const variables = JSON.stringify({ input: await letter() });
    const response = await stream({ query: POST, variables }, { method: 'GET' });
    holds([200, 405].includes(response.status), `the status is ${response.status}`);
    holds(!(await response.text()).includes('"replayed"'), 'it was run');
  },
  'what is refused before it begins is told in the stream': async () => {
    for (const [query, code] of [
      ['{', 'GRAPHQL_PARSE_FAILED'],
      ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['query ($n: Int!) { referrals(first: $n) { totalCount } }', 'INVALID_INPUT'],
    ]) {
      const found = await events(await stream({ query }));
      same(found.map((one) => one.event), ['next', 'complete'], query);
      same(found[0].data.errors[0].extensions.code, code);
      holds(!('data' in found[0].data), 'there are no data');
    }
  },
  'what a field refuses is told in the stream': async () => {
    const found = await events(await stream({ query: 'subscription { changes(after: "x") { id } }' }));
    same(found.map((one) => one.event), ['next', 'complete']);
    same(found[0].data.errors[0].extensions.code, 'INVALID_INPUT');
  },
  'a token that is not good: 401': async () => {
    const response = await stream({ query: CHANGED }, { headers: { authorization: 'Bearer x' } });
    same(response.status, 401);
  },
  'a stream is for nobody to keep': async () => {
    const leave = new AbortController();
    const response = await stream({ query: CHANGED }, { signal: leave.signal });
    same(response.status, 200);
    holds(/no-(store|cache)/.test(response.headers.get('cache-control')), 'no cache keeps it');
    leave.abort();
  },
};

/** A client as front ends have it. */
const client = (options = {}) => createClient({ url, headers: authorization, retryAttempts: 0, ...options });

const clients = {
  'graphql-sse: a query and a mutation': async () => {
    const it = client();
    const read = await all(it.iterate({ query: INBOX, variables: { first: 3 } }));
    same(read.map((result) => result.errors), [undefined]);
    const posted = await all(it.iterate({ query: POST, variables: { input: await letter() } }));
    same(posted.map((result) => result.data.submitReferral.referral.status), ['SUBMITTED']);
    it.dispose();
  },
  'graphql-sse: what is refused comes with its errors': async () => {
    const it = client();
    const [result] = await all(it.iterate({ query: '{ nothing }' }));
    same(result.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    it.dispose();
  },
  'graphql-sse: without a good token there is no stream': async () => {
    const it = client({ headers: { authorization: 'Bearer x' } });
    const fault = await fails(all(it.iterate({ query: CHANGED })), 'the subscription');
    same(fault.response?.status, 401);
  },
  'graphql-sse: a subscription, until the client leaves': async () => {
    const it = client();
    const told = [];
    const leave = it.subscribe({ query: CHANGED }, listener(told));
    await follows(() => told);
    leave();
    await pause(A_WHILE);
    told.length = 0;
    await post();
    await pause(A_WHILE);
    same(told, []);
    it.dispose();
  },
  'graphql-sse: many at once': async () => {
    const it = client();
    const told = Array.from({ length: 5 }, () => []);
    for (const one of told) it.subscribe({ query: CHANGED }, listener(one));
    for (const one of told) await follows(() => one);
    const id = await follows(() => told[0]);
    holds(await until(5_000, () => told.every((one) => one.includes(id))), 'all are told of it');
    same(told.map((one) => one.filter((told) => told === id).length), told.map(() => 1), 'how often');
    it.dispose();
  },
  'graphql-sse: broken off, it goes on after the last change: nothing missed, nothing twice': async () => {
    await missesNothing((request, next) => {
      const it = client();
      it.subscribe(request, { next, error() {}, complete() {} });
      return () => it.dispose();
    });
  },
};

/** Notes which referrals it is told of. */
const listener = (told) => ({ next: ({ data }) => told.push(data.referralChanged.id), error() {}, complete() {} });

/** Whatever comes until the stream ends. */
async function all(results) {
  const found = [];
  for await (const result of results) found.push(result);
  return found;
}

await run({ ...protocol, ...clients });
