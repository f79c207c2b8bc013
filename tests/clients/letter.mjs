// What every client does here: read the inbox, and post a referral of a patient whom nobody has seen before.

import { randomInt } from 'node:crypto';

import { address, authorization, holds, same, until } from './steps.mjs';

export const INBOX = /* GraphQL */ `
  query Inbox($first: Int!) {
    viewer {
      roles
      institution {
        id
        name
      }
    }
    referrals(first: $first) {
      totalCount
      edges {
        node {
          id
          number
          status
          urgency
          patient {
            id
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const POST = /* GraphQL */ `
  mutation Post($input: SubmitReferralInput!) {
    submitReferral(input: $input) {
      replayed
      referral {
        id
        number
        status
        patient {
          id
          name
        }
      }
    }
  }
`;

export const CHANGES = /* GraphQL */ `
  subscription Feed($after: String) {
    changes(after: $after) {
      id
      kind
      action
      status
    }
  }
`;

export const CHANGED = /* GraphQL */ `
  subscription Changed($referral: ID) {
    referralChanged(referral: $referral) {
      id
      status
    }
  }
`;

/** An emergency: the shortest letter there is, to the first hospital of the district. */
export async function letter() {
  const found = await data('{ institutions(filter: { tier: HOSPITAL }, first: 1) { edges { node { id } } } }');
  const [hospital] = found.institutions.edges;
  holds(hospital, 'there is a hospital');
  return {
    patient: { register: patient() },
    urgency: 'EMERGENCY',
    senderPhone: '0571-88881234',
    receiver: hospital.node.id,
    diagnoses: [{ text: '突发言语不清，右侧肢体无力', principal: true }],
    consent: { kind: 'EMERGENCY_OVERRIDE', overrideReason: '患者失语，家属未到' },
  };
}

/** Posts a letter; the referral. */
export async function post() {
  const { submitReferral } = await data(POST, { input: await letter() });
  return submitReferral.referral;
}

/** Posts until one who follows is told of a post, which is given back: nobody says when a subscription has begun to listen. */
export async function follows(told) {
  const posted = new Set();
  for (let tries = 0; tries < 8; tries += 1) {
    posted.add((await post()).id);
    const id = await until(1_500, () => told().find((id) => posted.has(id)));
    if (id) return id;
  }
  throw new Error(`nothing was told of ${posted.size} posts`);
}

/** What an operation answers over plain HTTP, with no client between. */
export async function data(query, variables = {}) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { ...authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  holds(!answer.errors, `refused: ${JSON.stringify(answer.errors)}`);
  return answer.data;
}

/** The ids of what has changed since that change. */
export async function changesAfter(after) {
  const found = [];
  for (;;) {
    const { changes } = await data(
      'query ($after: String) { changes(after: $after, first: 100) { edges { node { id } } pageInfo { hasNextPage } } }',
      { after: found.at(-1) ?? after },
    );
    found.push(...changes.edges.map(({ node }) => node.id));
    if (!changes.pageInfo.hasNextPage) return found;
  }
}

/** The id of the last change so far. */
export const lastChange = async () => (await changesAfter(null)).at(-1) ?? null;

/**
 * Follows the changes through several connections, each of which breaks off after so many changes, while things go on all the time.
 * `connect` connects with what is to be asked for and calls back with each change; it gives back how to break off.
 */
export async function missesNothing(connect) {
  const begin = await lastChange();
  const seen = [];
  // Each post is two changes: its patient's and its own.
  for (const many of [1, 4, 7, 16]) {
    await post();
    const leave = connect({ query: CHANGES, variables: { after: seen.at(-1) ?? begin } }, ({ data }) => {
      seen.push(data.changes.id);
    });
    await post();
    holds(await until(5_000, () => seen.length >= many), `${seen.length} of ${many} changes came`);
    await leave();
  }
  same(seen, (await changesAfter(begin)).slice(0, seen.length), 'what was seen');
}

/** Somebody who never was. */
export function patient() {
  const day = new Date(Date.UTC(1940 + randomInt(60), randomInt(12), 1 + randomInt(28)));
  const birthDate = day.toISOString().slice(0, 10);
  const order = randomInt(1000);
  return {
    name: '过路人',
    sex: order % 2 === 1 ? 'MALE' : 'FEMALE',
    birthDate,
    certificate: { kind: 'RESIDENT_ID_CARD', number: residentNumber(birthDate, order) },
    phone: `139${String(randomInt(100_000_000)).padStart(8, '0')}`,
  };
}

/** A resident's number 公民身份号码 (GB 11643) with its check character. */
function residentNumber(birthDate, order) {
  const digits = `330108${birthDate.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  const sum = [...digits].reduce((sum, digit, at) => sum + Number(digit) * (2 ** (17 - at) % 11), 0);
  return digits + '10X98765432'[sum % 11];
}
