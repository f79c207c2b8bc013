-- What `page.graphql` answers, without the actions, in one statement.
WITH page AS (
    SELECT party.listed_at, referral.id, number, version, referral.status, direction, urgency, submitted_at, referral.updated_at, referral.answer_due_at,
        content, referral.patient_id, sender_id, receiver_id, coalesce(party.content_until > now(), true) AS open
    FROM referral_party party JOIN referral ON referral.id = party.referral_id
    WHERE party.scope_id = '{scope}' AND (party.listed_at, party.referral_id) < ('{listed_at}', '{referral}')
    ORDER BY party.listed_at DESC, party.referral_id DESC
    LIMIT 21
)
SELECT json_build_object(
    'hasNextPage', (SELECT count(*) > 20 FROM page),
    'nodes', json_agg(json_build_object(
        'listedAt', page.listed_at, 'id', page.id, 'number', page.number, 'version', page.version, 'status', page.status, 'direction', page.direction,
        'urgency', page.urgency, 'submittedAt', page.submitted_at, 'updatedAt', page.updated_at, 'overdue', coalesce(page.answer_due_at < now(), false),
        'diagnoses', CASE WHEN open THEN (SELECT json_agg(json_build_object('code', one ->> 'code', 'text', one ->> 'text')) FROM jsonb_array_elements(page.content -> 'diagnoses') one) END,
        'patient', CASE WHEN open THEN json_build_object('id', patient.id, 'name', CASE WHEN relation.treating THEN patient.name ELSE left(patient.name, 1) || '*' END,
            'sex', patient.sex, 'age', extract(year FROM age(patient.birth_date)), 'idNumber', patient.certificate_mask, 'masked', NOT relation.treating) END,
        'sender', json_build_object('id', sender.id, 'name', sender.name, 'tier', sender.tier),
        'receiver', json_build_object('id', receiver.id, 'name', receiver.name, 'tier', receiver.tier),
        'timeline', timeline.events) ORDER BY page.listed_at DESC, page.id DESC))
FROM (SELECT * FROM page LIMIT 20) page
JOIN patient ON patient.id = page.patient_id
JOIN institution sender ON sender.id = page.sender_id
LEFT JOIN institution receiver ON receiver.id = page.receiver_id
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM referral_party WHERE scope_id = '{scope}' AND patient_id = patient.id AND treating
        AND (content_until IS NULL OR content_until > now())) AS treating
    OFFSET 0 -- asked once, though shown twice
) relation
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('action', action, 'status', status, 'occurredAt', occurred_at, 'institution', json_build_object('name', (SELECT name FROM institution WHERE id = institution_id)))) AS events
    FROM (
        SELECT action, status, occurred_at, institution_id
        FROM event
        WHERE subject_id = page.id AND subject_kind = 'REFERRAL'
        ORDER BY version
        LIMIT 20
    ) happened
) timeline;
