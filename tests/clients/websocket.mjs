// graphql-transport-ws, message by message with a bare WebSocket, and then as front ends speak it, with the client of graphql-ws.

import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

import { CHANGED, CHANGES, follows, INBOX, lastChange, letter, missesNothing, POST, post } from './letter.mjs';
import { address, authorization, fails, holds, pause, run, same, until, within } from './steps.mjs';

const PROTOCOL = 'graphql-transport-ws';
const url = `${address.replace(/^http/, 'ws')}/graphql/ws`;
/** How long nothing may come where nothing should. */
const A_WHILE = 700;

/** A connection whose messages can be waited for one by one. */
class Line {
  constructor(protocols = PROTOCOL) {
    this.socket = new WebSocket(url, protocols);
    this.heard = [];
    this.waiting = [];
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    this.socket.on('message', (message) => {
      const said = JSON.parse(message);
      const next = this.waiting.shift();
      if (next) next(said);
      else this.heard.push(said);
    });
    this.open = new Promise((resolve, reject) => {
      this.socket.on('open', () => resolve(this));
      this.socket.on('error', reject);
    });
  }

  /** A connection that has introduced itself. */
  static async introduced() {
    const line = await new Line().open;
    line.say({ type: 'connection_init', payload: authorization });
    same((await line.next()).type, 'connection_ack');
    return line;
  }

  say(message) {
    this.socket.send(typeof message === 'object' && !Buffer.isBuffer(message) ? JSON.stringify(message) : message);
  }

  subscribe(id, query, variables = {}) {
    this.say({ id, type: 'subscribe', payload: { query, variables } });
  }

  next() {
    const said = this.heard.shift();
    const coming = said ? Promise.resolve(said) : new Promise((resolve) => this.waiting.push(resolve));
    return within(10_000, 'the next message', coming);
  }

  /** The next message is a result of that operation, without errors; its data. */
  async result(id) {
    const said = await this.next();
    same([said.type, said.id, said.payload?.errors], ['next', id, undefined], JSON.stringify(said));
    return said.payload.data;
  }

  async completes(id) {
    same(await this.next(), { id, type: 'complete' });
  }

  /** What results of that operation have come so far. */
  results(id) {
    return this.heard.filter((said) => said.id === id && said.type === 'next').map((said) => said.payload.data);
  }

  /** The referrals that a follower was told of. */
  told(id) {
    return this.results(id).map((data) => data.referralChanged.id);
  }

  async isSilent() {
    await pause(A_WHILE);
    same(this.heard, []);
  }

  hangUp() {
    this.socket.close(1000);
  }
}

const VIEWER = '{ viewer { roles } }';
const init = { type: 'connection_init', payload: authorization };
const subscribe = { id: '1', type: 'subscribe', payload: { query: CHANGED } };

/** Says these, and is closed with that code. */
async function closes(messages, code, reason) {
  const line = await new Line().open;
  for (const message of messages) line.say(message);
  const closed = await within(12_000, 'the end', line.closed);
  same(closed.code, code, `the code after ${JSON.stringify(messages).slice(0, 200)}`);
  if (reason) same(closed.reason, reason, 'the reason');
}

const protocol = {
  'the subprotocol is agreed on': async () => {
    const line = await new Line(['graphql-ws', PROTOCOL]).open;
    same(line.socket.protocol, PROTOCOL);
    line.hangUp();
  },
  '4406: no subprotocol': async () => {
    same((await within(5_000, 'the end', (await new Line([]).open).closed)).code, 4406);
  },
  'another subprotocol is not agreed to': async () => {
    await fails(new Line('graphql-ws').open, 'the handshake');
  },
  'connection_init is acknowledged': async () => {
    const line = await new Line().open;
    line.say(init);
    const ack = await line.next();
    same(ack.type, 'connection_ack');
    holds(ack.payload === undefined || typeof ack.payload === 'object', 'a payload is an object');
    line.hangUp();
  },
  '4408: no connection_init': () => closes([], 4408, 'Connection initialisation timeout'),
  '4429: two connection_inits': async () => {
    await closes([init, init], 4429, 'Too many initialisation requests');
  },
  '4401: an operation before the introduction': () => closes([subscribe], 4401, 'Unauthorized'),
  '4403: no token, or none that is good': async () => {
    for (const payload of [undefined, null, {}, { authorization: 'Bearer x' }, { token: 'x' }]) {
      await closes([{ type: 'connection_init', payload }], 4403, 'Forbidden');
    }
  },
  '4400: what is no message': async () => {
    for (const bad of [
      'nonsense',
      '[]',
      '""',
      '{}',
      Buffer.from('{"type":"ping"}'),
      { type: 'start' },
      { type: 'connection_ack' },
      { type: 'next', id: '1', payload: {} },
      { type: 'ping', payload: 'x' },
      { type: 'complete' },
      { type: 'subscribe', id: '1' },
      { type: 'subscribe', id: '', payload: { query: VIEWER } },
      { type: 'subscribe', id: 1, payload: { query: VIEWER } },
      { type: 'subscribe', payload: { query: VIEWER } },
      { type: 'subscribe', id: '1', payload: {} },
      { type: 'subscribe', id: '1', payload: { query: 1 } },
      { type: 'subscribe', id: '1', payload: { query: VIEWER, variables: 'x' } },
      { type: 'subscribe', id: '1', payload: { query: VIEWER, operationName: 1 } },
      { type: 'subscribe', id: '1', payload: { query: VIEWER, extensions: [] } },
    ]) {
      await closes([init, bad], 4400);
    }
  },
  '4409: two operations of one id': async () => {
    await closes([init, subscribe, subscribe], 4409, 'Subscriber for 1 already exists');
    const long = { ...subscribe, id: '长'.repeat(33) };
    await closes([init, long, long], 4409);
  },
  'ping is answered, before the introduction too; pong is not': async () => {
    const line = await new Line().open;
    line.say({ type: 'ping' });
    same((await line.next()).type, 'pong');
    line.say(init);
    await line.next();
    line.say({ type: 'ping', payload: { at: 1 } });
    same((await line.next()).type, 'pong');
    line.say({ type: 'pong' });
    line.say({ type: 'pong', payload: {} });
    await line.isSilent();
    line.hangUp();
  },
  'a query and a mutation: one result, then complete': async () => {
    const line = await Line.introduced();
    line.subscribe('q', VIEWER);
    holds((await line.result('q')).viewer.roles.length > 0, 'there are roles');
    await line.completes('q');
    line.subscribe('q', POST, { input: await letter() });
    same((await line.result('q')).submitReferral.replayed, false);
    await line.completes('q');
    line.hangUp();
  },
  'a subscription: results until the client completes it': async () => {
    const line = await Line.introduced();
    line.subscribe('s', CHANGED);
    await follows(() => line.told('s'));
    holds(line.results('s').every((data) => data.referralChanged.status === 'SUBMITTED'), 'what it tells is as it is');
    line.say({ id: 's', type: 'complete' });
    await pause(A_WHILE);
    line.heard.length = 0;
    await post();
    await line.isSilent();
    // The id is free again, and completing what does not run says nothing.
    line.say({ id: 's', type: 'complete' });
    line.subscribe('s', VIEWER);
    await line.result('s');
    await line.completes('s');
    line.hangUp();
  },
  'what is refused before it begins is an error, and frees its id': async () => {
    const line = await Line.introduced();
    for (const [query, code] of [
      ['{', 'GRAPHQL_PARSE_FAILED'],
      ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['query ($n: Int!) { referrals(first: $n) { totalCount } }', 'INVALID_INPUT'],
    ]) {
      line.subscribe('e', query);
      const said = await line.next();
      same([said.type, said.id], ['error', 'e']);
      holds(Array.isArray(said.payload) && said.payload.length > 0, 'the payload is a list of errors');
      holds(said.payload.every((error) => typeof error.message === 'string'), 'errors have messages');
      same(said.payload[0].extensions.code, code);
    }
    await line.isSilent();
    line.hangUp();
  },
  'what is refused by a field is a result with errors': async () => {
    const line = await Line.introduced();
    line.subscribe('f', 'subscription { changes(after: "x") { id } }');
    const said = await line.next();
    same([said.type, said.payload.errors[0].extensions.code], ['next', 'INVALID_INPUT']);
    await line.completes('f');
    line.hangUp();
  },
  'many operations at once': async () => {
    const line = await Line.introduced();
    const after = await lastChange();
    line.subscribe('all', CHANGED);
    line.subscribe('feed', CHANGES, { after });
    await follows(() => line.told('all'));
    const ids = Array.from({ length: 20 }, (_, at) => `q${at}`);
    for (const id of ids) line.subscribe(id, VIEWER);
    const id = await follows(() => line.told('all'));
    await until(5_000, () => line.heard.filter((said) => said.type === 'complete').length === ids.length);
    for (const id of ids) {
      same(line.heard.filter((said) => said.id === id).map((said) => said.type), ['next', 'complete'], id);
    }
    const changes = line.results('feed').map((data) => data.changes.id);
    holds(changes.length >= 4 && new Set(changes).size === changes.length, 'each change comes once');
    same(line.told('all').filter((told) => told === id), [id], 'one change');
    line.hangUp();
  },
};

/** A client as front ends have it. */
const client = (options = {}) =>
  createClient({ url, webSocketImpl: WebSocket, connectionParams: authorization, retryAttempts: 0, ...options });

const clients = {
  'graphql-ws: a query and a mutation': async () => {
    const it = client();
    const read = await first(it.iterate({ query: INBOX, variables: { first: 3 } }));
    same(read.errors, undefined);
    const posted = await first(it.iterate({ query: POST, variables: { input: await letter() } }));
    same(posted.data.submitReferral.referral.status, 'SUBMITTED');
    await it.dispose();
  },
  'graphql-ws: what is refused fails with its errors': async () => {
    const it = client();
    const fault = await fails(first(it.iterate({ query: '{ nothing }' })), 'the query');
    same(fault[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    await it.dispose();
  },
  'graphql-ws: without a token it is told so': async () => {
    const it = client({ connectionParams: {} });
    const fault = await fails(first(it.iterate({ query: VIEWER })), 'the query');
    same(fault.code, 4403);
  },
  'graphql-ws: a client that pings stays': async () => {
    let pongs = 0;
    const it = client({ lazy: false, keepAlive: 100, on: { pong: (received) => (pongs += received ? 1 : 0) } });
    holds(await until(5_000, () => pongs >= 3), `${pongs} pongs`);
    await it.dispose();
  },
  'graphql-ws: broken off, it goes on after the last change: nothing missed, nothing twice': async () => {
    await missesNothing((request, next) => {
      let socket;
      const it = client({ on: { opened: (opened) => (socket = opened) } });
      it.subscribe(request, { next, error() {}, complete() {} });
      // The line goes dead without a word.
      return () => {
        socket?.terminate();
        it.dispose()?.catch(() => {});
      };
    });
  },
};

/** The first of what comes. */
async function first(results) {
  for await (const result of results) return result;
  throw new Error('nothing came');
}

await run({ ...protocol, ...clients });
