// graphql-request: it reads and posts a referral.

import { ClientError, GraphQLClient } from 'graphql-request';

import { INBOX, letter, POST } from './letter.mjs';
import { address, authorization, fails, holds, run, same } from './steps.mjs';

const client = (options = {}) => new GraphQLClient(`${address}/graphql`, { headers: authorization, ...options });

await run({
  'it reads': async () => {
    const data = await client().request(INBOX, { first: 3 });
    holds(data.viewer.roles.length > 0, 'there are roles');
  },
  'it reads by GET': async () => {
    const get = client({ method: 'GET', jsonSerializer: JSON });
    holds((await get.request(INBOX, { first: 3 })).viewer.roles.length > 0, 'there are roles');
  },
  'it posts, and posting again is the same referral': async () => {
    const input = { ...(await letter()), externalId: `HIS-${process.pid}-${Math.random().toString(36).slice(2)}` };
    const first = await client().request(POST, { input });
    const again = await client().request(POST, { input });
    same([first.submitReferral.replayed, again.submitReferral.replayed], [false, true]);
    same(again.submitReferral.referral.id, first.submitReferral.referral.id);
  },
  'what is refused fails with its errors': async () => {
    const fault = await fails(client().request('{ referrals(first: 0) { totalCount } }'), 'the query');
    holds(fault instanceof ClientError, `it is ${fault.name}`);
    same(fault.response.errors[0].extensions.code, 'INVALID_INPUT');
    const invalid = await fails(client().request('{ nothing }'), 'the query');
    same(invalid.response.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  },
});
