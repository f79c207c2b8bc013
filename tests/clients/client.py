"""gql, the Python client: it reads and posts a referral over HTTP and over WebSocket, checks against the schema that the service tells, and follows."""

import asyncio
import os
import random
import sys

from gql import Client, GraphQLRequest, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

ADDRESS = os.environ["LIANDONG_URL"].rstrip("/")
AUTHORIZATION = {"authorization": f"Bearer {os.environ['LIANDONG_TOKEN']}"}

INBOX = """query Inbox($first: Int!) { viewer { roles } referrals(first: $first) { edges { node { id status patient { name } } } } }"""
POST = """mutation Post($input: SubmitReferralInput!) { submitReferral(input: $input) { replayed referral { id status } } }"""
CHANGED = """subscription Changed { referralChanged { id status } }"""
HOSPITAL = """{ institutions(filter: { tier: HOSPITAL }, first: 1) { edges { node { id } } } }"""


def over_http():
    return Client(
        transport=AIOHTTPTransport(url=f"{ADDRESS}/graphql", headers=AUTHORIZATION), fetch_schema_from_transport=True
    )


def over_websocket():
    url = f"{ADDRESS.replace('http', 'ws', 1)}/graphql/ws"
    transport = WebsocketsTransport(
        url=url, init_payload=AUTHORIZATION, subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    )
    return Client(transport=transport, fetch_schema_from_transport=True)


def document(text, **variables):
    return GraphQLRequest(text, variable_values=variables)


async def letter(session):
    found = await session.execute(gql(HOSPITAL))
    # Nobody knows who this is, so that nobody has seen the patient before.
    return {
        "patient": {"register": {"name": f"无名氏{random.randrange(10**6)}", "sex": "UNKNOWN", "unidentified": True}},
        "urgency": "EMERGENCY",
        "senderPhone": "0571-88881234",
        "receiver": found["institutions"]["edges"][0]["node"]["id"],
        "diagnoses": [{"text": "突发言语不清，右侧肢体无力", "principal": True}],
        "consent": {"kind": "EMERGENCY_OVERRIDE", "overrideReason": "患者失语，家属未到"},
    }


async def post(session):
    answer = await session.execute(document(POST, input=await letter(session)))
    return answer["submitReferral"]["referral"]


async def reads_and_posts(client):
    async with client as session:
        read = await session.execute(document(INBOX, first=3))
        assert read["viewer"]["roles"], read
        posted = await post(session)
        assert posted["status"] == "SUBMITTED", posted


async def is_told_why(client):
    async with client as session:
        try:
            await session.execute(gql("{ referrals(first: 0) { totalCount } }"))
        except TransportQueryError as fault:
            assert fault.errors[0]["extensions"]["code"] == "INVALID_INPUT", fault.errors
        else:
            raise AssertionError("it was not refused")


async def follows():
    async with over_websocket() as session, over_http() as poster:

        told, posted = [], []

        async def listen():
            async for change in session.subscribe(gql(CHANGED)):
                told.append(change["referralChanged"]["id"])

        # Nobody says when a subscription has begun to listen.
        listening = asyncio.create_task(listen())
        for _ in range(8):
            posted.append((await post(poster))["id"])
            await asyncio.sleep(1)
            if set(told) & set(posted):
                break
        else:
            raise AssertionError(f"nothing was told of {len(posted)} posts")
        listening.cancel()


STEPS = {
    "it reads and posts over HTTP": lambda: reads_and_posts(over_http()),
    "it reads and posts over WebSocket": lambda: reads_and_posts(over_websocket()),
    "it is told over HTTP why it is refused": lambda: is_told_why(over_http()),
    "it is told over WebSocket why it is refused": lambda: is_told_why(over_websocket()),
    "it follows": follows,
}


async def main():
    failed = 0
    for name, step in STEPS.items():
        try:
            await asyncio.wait_for(step(), 30)
            print(f"ok      {name}")
        except Exception as fault:
            failed += 1
            print(f"FAILED  {name}\n        {type(fault).__name__}: {fault}")
    print(f"{len(STEPS) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(asyncio.run(main()))
