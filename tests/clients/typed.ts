// A client whose types graphql-codegen makes from the schema: it compiles strictly, reads and posts a referral.

import { GraphQLClient } from 'graphql-request';

import { HospitalsDocument, InboxDocument, PostDocument, ReferralDocument } from './generated/graphql.js';
import type { PostMutation, PostMutationVariables, ReferralStatus } from './generated/graphql.js';
import { patient } from './letter.mjs';
import { address, authorization, holds, run, same } from './steps.mjs';

const client = new GraphQLClient(`${address}/graphql`, { headers: authorization });

type Letter = PostMutationVariables['input'];
type Posted = NonNullable<PostMutation['submitReferral']>;

async function post(): Promise<Posted> {
  const { institutions } = await client.request(HospitalsDocument);
  const receiver = institutions?.edges[0]?.node;
  if (receiver?.__typename !== 'Hospital') throw new Error('there is no hospital');
  const level: number | null = receiver.level;
  holds(level === null || level >= 1, 'a hospital has a level from 1');
  const { name, sex, birthDate, certificate } = patient();
  const input: Letter = {
    patient: {
      register: {
        name,
        sex: sex === 'MALE' ? 'MALE' : 'FEMALE',
        birthDate,
        certificate: { kind: 'RESIDENT_ID_CARD', number: certificate.number },
      },
    },
    urgency: 'EMERGENCY',
    senderPhone: '0571-88881234',
    receiver: receiver.id,
    diagnoses: [{ text: '突发言语不清，右侧肢体无力', principal: true }],
    consent: { kind: 'EMERGENCY_OVERRIDE', overrideReason: '患者失语，家属未到' },
  };
  const { submitReferral } = await client.request(PostDocument, { input });
  if (submitReferral === null) throw new Error('nothing was posted');
  return submitReferral;
}

await run({
  'it reads': async () => {
    const { viewer, referrals } = await client.request(InboxDocument, { first: 3 });
    holds(viewer.roles.length > 0, 'there are roles');
    const statuses: ReferralStatus[] = referrals?.edges.map(({ node }) => node.status) ?? [];
    holds(statuses.length <= 3, 'a page is as long as was asked');
  },
  'it posts': async () => {
    const { replayed, referral } = await post();
    same([replayed, referral.status], [false, 'SUBMITTED']);
    const dueAt: string | null = referral.answerDueAt;
    holds(dueAt !== null && !Number.isNaN(Date.parse(dueAt)), 'it says until when it is answered');
  },
  'it reads through interfaces': async () => {
    const { referral } = await post();
    const { node } = await client.request(ReferralDocument, { id: referral.id });
    if (node?.__typename !== 'Referral') throw new Error('the node is no referral');
    same(node.id, referral.id);
    const { sender } = node;
    const subCentre = sender.__typename === 'HealthCentre' ? sender.subCentre : false;
    same(typeof subCentre, 'boolean');
  },
});
