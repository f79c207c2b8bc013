-- A district with {referrals} referrals of three years: 2 communities, 2 hospitals, 18 health centres, 220 stations, {patients} patients.
-- Everything follows from row numbers, so that two runs see the same rows; only the times move with the day.

SET session_replication_role = replica; -- the rows below refer to each other rightly: no foreign key is checked
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '128MB';

CREATE FUNCTION pg_temp.fixed(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('01900000-0000-7000-8000-' || kind || lpad(n::text, 11, '0'))::uuid
$$;
-- UUIDv7 of that moment, with numbers for what is random in one.
CREATE FUNCTION pg_temp.at(moment timestamptz, salt int, n bigint) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(salt), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid
$$;
CREATE FUNCTION pg_temp.draw(n bigint, salt int, below int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, salt) & 2147483647)::int % below
$$;

-- The network. 1 and 2 are the hospitals, 3 to 20 the health centres, the rest stations.
INSERT INTO community SELECT pg_temp.fixed('c', n), '第' || n || '医共体', '330108', true, NULL, 1, now(), now() FROM generate_series(1, 2) n;
CREATE TEMP TABLE place AS
    SELECT n, pg_temp.fixed('0', n) AS id,
        CASE WHEN n <= 2 THEN 'HOSPITAL' WHEN n <= 20 THEN 'HEALTH_CENTRE' ELSE 'STATION' END AS tier,
        CASE WHEN n > 20 THEN 3 + n % 18 END AS manager
    FROM generate_series(1, 240) n;
ALTER TABLE place ADD community uuid, ADD managed_by uuid, ADD department uuid;
UPDATE place SET community = pg_temp.fixed('c', 1 + coalesce(manager, n + 1) % 2), managed_by = pg_temp.fixed('0', manager),
    department = CASE WHEN n <= 2 THEN pg_temp.fixed('d', n) END;
INSERT INTO institution (id, code, name, tier, type_code, status, community_id, managed_by, region, phone, sub_centre, outside_district,
        insurer_designated, facilities, equipment, ratings, version, created_at, updated_at)
    SELECT id, tier || n, CASE tier WHEN 'HOSPITAL' THEN '第' || n || '医院' WHEN 'HEALTH_CENTRE' THEN n || '号乡卫生院' ELSE n || '号村卫生室' END,
        tier, 'A100', 'OPERATING', community, managed_by, '330108', '0571-88880000', false, false, true, '[]', '[]', '[]', 1, now(), now()
    FROM place;
INSERT INTO community_lead SELECT pg_temp.fixed('c', n), pg_temp.fixed('0', n) FROM generate_series(1, 2) n;
INSERT INTO department SELECT department, id, '0300', '内科', '03', true, 1, now(), now() FROM place WHERE department IS NOT NULL;
INSERT INTO account (id, kind, name, display_name, secret_hash, must_change_password, failed_attempts, totp_confirmed, totp_step, active, version,
        created_at, updated_at)
    VALUES (pg_temp.fixed('a', 1), 'PERSON', 'office', '转诊办', 'none', false, 0, false, 0, true, 1, now(), now());
INSERT INTO account_grant (id, account_id, role, scope_kind, institution_id, valid_from, created_at)
    VALUES (pg_temp.fixed('b', 1), pg_temp.fixed('a', 1), 'COORDINATOR', 'INSTITUTION', pg_temp.fixed('0', 1), '2000-01-01', now());

-- Patients, each of a station.
CREATE TEMP TABLE person AS
    SELECT n, pg_temp.at(now() - interval '3 years', 0, n) AS id, 21 + n % 220 AS station, 3 + (21 + n % 220) % 18 AS centre
    FROM generate_series(1, {patients}) n;
ANALYZE person;
INSERT INTO patient (id, name, sex, birth_date, certificate_kind, certificate_cipher, certificate_hash, certificate_mask, phone_cipher, phone_hash,
        address, insurance_kind, identified, provisional, record_id, registered_by, version, created_at, updated_at)
    SELECT id, (ARRAY['王','李','张','刘','陈','杨','黄','赵','吴','周'])[1 + pg_temp.draw(n, 1, 10)]
            || (ARRAY['秀英','伟','芳','娜','敏','静','丽','强','磊','军','洋','勇','艳','杰','娟'])[1 + pg_temp.draw(n, 2, 15)],
        CASE WHEN n % 2 = 0 THEN 'MALE' ELSE 'FEMALE' END, date '1935-01-01' + pg_temp.draw(n, 3, 31000), 'RESIDENT_ID_CARD',
        decode(md5('a' || n) || md5('b' || n), 'hex'), decode(md5('c' || n) || md5('d' || n), 'hex'),
        '3301**********' || lpad((n % 10000)::text, 4, '0'), decode(md5('e' || n) || md5('f' || n), 'hex'), decode(md5('g' || n) || md5('h' || n), 'hex'),
        '滨江区长河街道' || n || '号', 'RESIDENT', true, false, id, pg_temp.fixed('0', station), 1, now(), now()
    FROM person;
INSERT INTO patient_party SELECT pg_temp.fixed('0', station), id, now() - interval '3 years' FROM person;

-- What is written into referrals: a few letters of ordinary length.
CREATE TEMP TABLE letter AS
    SELECT n, code, jsonb_build_object(
            'reason_text', '本院设备有限，需进一步检查治疗',
            'diagnoses', jsonb_build_array(
                jsonb_build_object('system', 'ICD10', 'code', code, 'text', name, 'principal', true),
                jsonb_build_object('system', 'ICD10', 'code', 'I10', 'text', '高血压病', 'principal', false)),
            'clinical', jsonb_build_object('present_illness', repeat('患者三天前出现头晕、乏力，伴恶心，无发热。', 4), 'past_history', '高血压病史十年，长期服药，血压控制一般。',
                'treatment', '予以对症处理，症状稍缓解，建议上级医院进一步诊治。', 'examinations', '血压 160/95 mmHg，心率 82 次/分，血糖 7.1 mmol/L。', 'cautions', '途中注意血压。'),
            'consent', jsonb_build_object('kind', 'WRITTEN', 'signer', '本人', 'relation', 'PATIENT', 'at', '2026-01-01T08:00:00Z', 'override_reason', NULL),
            'payment', 'INSURANCE') AS content,
        jsonb_build_object('visit_number', 'Z' || n, 'diagnosis', name, 'treatment', '完善检查，予以药物治疗，病情好转。', 'outcome', 'IMPROVED',
            'advice', '按时服药，两周后复查，社区随访血压血糖。', 'discharge_summary', NULL, 'discharged_on', NULL, 'practitioner', NULL) AS report
    FROM (VALUES (0, 'I63.900', '脑梗死'), (1, 'J18.900', '肺炎'), (2, 'K35.800', '急性阑尾炎'), (3, 'I20.000', '不稳定性心绞痛'), (4, 'E11.900', '2型糖尿病'),
        (5, 'S72.000', '股骨颈骨折'), (6, 'N20.000', '肾结石'), (7, 'K80.200', '胆囊结石')) AS list (n, code, name);

-- Who goes where: three in ten to or from hospital 1.
CREATE TEMP TABLE life AS
    SELECT n, at, pg_temp.at(at, 0, n) AS id, person.id AS patient, pg_temp.draw(n, 4, 8) AS letter,
        CASE WHEN way < 22 OR way BETWEEN 30 AND 44 THEN 'UP' WHEN way < 30 OR way BETWEEN 45 AND 49 THEN 'DOWN' WHEN way < 90 THEN 'UP' ELSE 'LATERAL' END AS direction,
        CASE WHEN way BETWEEN 22 AND 29 THEN 1 WHEN way BETWEEN 45 AND 49 THEN 2 WHEN way >= 90 OR (way < 50 AND n % 5 < 2) THEN centre ELSE station END AS sender,
        CASE WHEN way < 22 THEN 1 WHEN way BETWEEN 30 AND 44 THEN 2 WHEN way >= 90 THEN 3 + (centre - 2) % 18 ELSE centre END AS receiver,
        CASE WHEN at > now() - interval '30 days' THEN
            CASE WHEN stage < 12 THEN 'SUBMITTED' WHEN stage < 32 THEN 'ACCEPTED' WHEN stage < 45 THEN 'ARRIVED' WHEN stage < 65 THEN 'IN_TREATMENT'
                WHEN stage < 80 THEN 'REPORTED_BACK' WHEN stage < 83 THEN 'NO_SHOW' WHEN stage < 95 THEN 'CLOSED' WHEN stage < 98 THEN 'REJECTED' ELSE 'WITHDRAWN' END
            ELSE CASE WHEN stage < 90 THEN 'CLOSED' WHEN stage < 94 THEN 'REJECTED' WHEN stage < 96 THEN 'WITHDRAWN' WHEN stage < 98 THEN 'NO_SHOW'
                ELSE 'REPORTED_BACK' END
        END AS status
    FROM (SELECT n, date_trunc('milliseconds', now() - interval '3 years' * (1 - n::float8 / ({referrals} + 1))) AS at, pg_temp.draw(n, 5, 100) AS way,
            pg_temp.draw(n, 6, 100) AS stage, 1 + pg_temp.draw(n, 7, {patients}) AS who
        FROM generate_series(1, {referrals}) n) AS drawn
    JOIN (SELECT n AS who, id, station, centre FROM person) person USING (who);
CREATE TEMP TABLE course AS
    SELECT * FROM (VALUES
        ('SUBMITTED', ARRAY['SUBMIT_REFERRAL'], ARRAY['SUBMITTED']),
        ('ACCEPTED', ARRAY['SUBMIT_REFERRAL','ACCEPT_REFERRAL'], ARRAY['SUBMITTED','ACCEPTED']),
        ('REJECTED', ARRAY['SUBMIT_REFERRAL','REJECT_REFERRAL'], ARRAY['SUBMITTED','REJECTED']),
        ('WITHDRAWN', ARRAY['SUBMIT_REFERRAL','WITHDRAW_REFERRAL'], ARRAY['SUBMITTED','WITHDRAWN']),
        ('NO_SHOW', ARRAY['SUBMIT_REFERRAL','ACCEPT_REFERRAL','RECORD_NO_SHOW'], ARRAY['SUBMITTED','ACCEPTED','NO_SHOW']),
        ('ARRIVED', ARRAY['SUBMIT_REFERRAL','ACCEPT_REFERRAL','RECORD_ARRIVAL'], ARRAY['SUBMITTED','ACCEPTED','ARRIVED']),
        ('IN_TREATMENT', ARRAY['SUBMIT_REFERRAL','ACCEPT_REFERRAL','RECORD_ARRIVAL','START_TREATMENT'],
            ARRAY['SUBMITTED','ACCEPTED','ARRIVED','IN_TREATMENT']),
        ('REPORTED_BACK', ARRAY['SUBMIT_REFERRAL','ACCEPT_REFERRAL','RECORD_ARRIVAL','START_TREATMENT','REPORT_BACK'],
            ARRAY['SUBMITTED','ACCEPTED','ARRIVED','IN_TREATMENT','REPORTED_BACK']),
        ('CLOSED', ARRAY['SUBMIT_REFERRAL','ACCEPT_REFERRAL','RECORD_ARRIVAL','START_TREATMENT','REPORT_BACK','CLOSE_REFERRAL'],
            ARRAY['SUBMITTED','ACCEPTED','ARRIVED','IN_TREATMENT','REPORTED_BACK','CLOSED'])) AS list (status, actions, statuses);

ANALYZE place, letter, life, course;

-- The big tables get their indexes at the end, as a restore does.
CREATE TEMP TABLE kept AS
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename IN ('referral', 'referral_party', 'event') AND starts_with(indexname, 'ix_');
DO $$ DECLARE one record; BEGIN FOR one IN SELECT * FROM kept LOOP EXECUTE 'DROP INDEX ' || quote_ident(one.indexname); END LOOP; END $$;

INSERT INTO referral (id, number, poster_id, external_id, version, status, direction, reach, urgency, second_hand, patient_id, sender_id, receiver_id,
        receiver_department_id, posted_receiver_id, posted_category, visit_type, care_setting, reason, principal_category, principal_code, sensitive,
        suspected_infection, planned_at, content, report, closure, accepted, answer_due_at, arrived_at, reported_at, submitted_at, occurred_at,
        sender_community_id, receiver_community_id, created_by, created_at, updated_at)
    SELECT life.id, 'R' || to_char(at, 'YYYYMMDD') || '330108' || lpad(life.n::text, 8, '0') || '0', source.id, 'E' || life.n, cardinality(actions), life.status,
        direction, CASE WHEN source.community = target.community THEN 'INTRA_COMMUNITY' ELSE 'INTER_COMMUNITY' END,
        CASE WHEN life.n % 20 = 0 THEN 'URGENT' ELSE 'ROUTINE' END, false, patient, source.id, target.id, target.department, target.id, left(code, 3),
        'OUTPATIENT', 'INPATIENT', CASE direction WHEN 'DOWN' THEN 'STABLE' ELSE 'FURTHER_EXAMINATION' END, left(code, 3), code, false, false,
        CASE WHEN cardinality(actions) > 1 THEN at + interval '2 days' END, content,
        CASE WHEN life.status IN ('REPORTED_BACK', 'CLOSED') THEN report END,
        CASE WHEN life.status = 'CLOSED' THEN '{"no_follow_up": null, "contact": null, "note": null, "satisfaction": 5}'::jsonb END,
        life.status NOT IN ('SUBMITTED', 'REJECTED', 'WITHDRAWN'), CASE WHEN life.status = 'SUBMITTED' THEN at + interval '1 day' END,
        CASE WHEN 'ARRIVED' = ANY (statuses) THEN at + interval '2 days' END, CASE WHEN 'REPORTED_BACK' = ANY (statuses) THEN at + interval '9 days' END,
        at, at, source.community, target.community, pg_temp.fixed('a', 1), at, at + interval '1 hour' * cardinality(actions)
    FROM life JOIN course USING (status) JOIN letter ON letter.n = life.letter JOIN place source ON source.n = sender JOIN place target ON target.n = receiver
    ORDER BY life.n;

INSERT INTO referral_party (scope_id, referral_id, patient_id, basis, since, content_until, treating, status, listed_at, updated_at, answer_due_at, planned_at)
    SELECT scope, life.id, patient, basis, at, CASE WHEN receiving AND life.status IN ('REJECTED', 'WITHDRAWN') THEN at END,
        basis IN ('SENDER', 'RECEIVER') AND life.status NOT IN ('CLOSED', 'REJECTED', 'WITHDRAWN'), life.status, at,
        at + interval '1 hour' * cardinality(actions), CASE WHEN life.status = 'SUBMITTED' THEN at + interval '1 day' END,
        CASE WHEN cardinality(actions) > 1 THEN at + interval '2 days' END
    FROM life JOIN course USING (status) JOIN place source ON source.n = sender JOIN place target ON target.n = receiver,
        LATERAL (VALUES (source.id, 'SENDER', false), (target.id, 'RECEIVER', true), (target.department, 'RECEIVER', true),
            (source.managed_by, 'MANAGING_HEALTH_CENTRE', false), (target.managed_by, 'MANAGING_HEALTH_CENTRE', true), (source.community, 'COMMUNITY', false),
            (target.community, 'COMMUNITY', false)) AS party (scope, basis, receiving)
    WHERE scope IS NOT NULL
    ON CONFLICT DO NOTHING;

INSERT INTO event (id, action, subject_kind, subject_id, version, status, account_id, institution_id, second_hand, input_hash, detail, scopes, occurred_at,
        recorded_at, request_id)
    SELECT pg_temp.at(happened, step, n), actions[step], 'REFERRAL', id, step, statuses[step], pg_temp.fixed('a', 1),
        CASE WHEN actions[step] IN ('SUBMIT_REFERRAL', 'WITHDRAW_REFERRAL', 'CLOSE_REFERRAL') THEN source ELSE target END, false,
        '\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', '{}', scopes, happened, happened, id
    FROM (SELECT life.n, life.id, at, actions, statuses, source.id AS source, target.id AS target,
            jsonb_build_array(source.id, target.id, source.community) AS scopes
        FROM life JOIN course USING (status) JOIN place source ON source.n = sender JOIN place target ON target.n = receiver
        OFFSET 0) AS lived,
        LATERAL (SELECT step, at + interval '1 hour' * step AS happened FROM generate_series(1, cardinality(actions)) AS step OFFSET 0) AS taken;

DO $$ DECLARE one record; BEGIN FOR one IN SELECT * FROM kept LOOP EXECUTE one.indexdef; END LOOP; END $$;
SET session_replication_role = origin;
