import { useState } from "preact/hooks";
import { api, got, whole } from "../api/client";
import { passkeysWork, usePasskey } from "../api/passkey";
import type { Challenge } from "../api/types";
import { useChallenges } from "../app/nav";
import type { PageProps } from "../app/pages";
import { placed } from "../format/text";
import { useForm } from "../state/form";
import { invalidate, optimistic, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may, session } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton, Segmented } from "../ui/controls";
import { FormProblem, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Card, Countdown, Empty, Facts, Loaded, Note, Page, type Tone, useNow } from "../ui/parts";
import { ListingTable, useListing } from "../ui/table";

const TONES: Record<Challenge["state"], Tone> = { open: "accent", approved: "ok", denied: "bad", expired: "" };

const PURPOSES: Record<string, string> = {
    network: "Network access",
    portal: "Log in to the portal",
};

/** What this very device waits for: the number is shown here and chosen on another screen. */
export function WaitingHere() {
    const waiting = useQuery("challenges/waiting", () => whole((query) => api.GET("/me/waiting", { params: { query } })));
    return (
        <>
            {waiting.data?.items.map((one) => (
                <Note key={one.id} icon="shield">
                    <b>{one.resource || one.target}</b> waits for you. Choose <b>{one.number}</b> where you approve it, such as on your phone.
                </Note>
            ))}
        </>
    );
}

function purposeOf(challenge: Challenge): string {
    return PURPOSES[challenge.purpose] ?? challenge.purpose;
}

/** Denies at once; the other side sees it before anything else happens. */
async function deny(challenge: Challenge, report: boolean): Promise<void> {
    await optimistic<{ items: Challenge[] }>(
        "challenges",
        (known) => ({ ...known, items: known.items.map((one) => (one.id === challenge.id ? { ...one, state: "denied" } : one)) }),
        () => api.POST("/challenges/{id}/deny", { params: { path: { id: challenge.id } }, body: { report } }),
    );
    toast(report ? "Denied and reported. The administrators know." : "Denied.", report ? "info" : "ok");
    await invalidate("challenges");
}

/** The question with its three numbers: the right one stands where the access was asked for. */
export function ApprovalCard({ challenge }: { challenge: Challenge }) {
    const time = useNow();
    const [number, setNumber] = useState<number>();
    const kinds = new Set((session.value?.factors ?? []).map((factor) => factor.kind));
    const canPasskey = kinds.has("passkey") && passkeysWork();
    const [byCode, setByCode] = useState(!canPasskey);
    const form = useForm({ totp: "" });
    const over = challenge.state !== "open" || Date.parse(challenge.expiresAt) <= time;

    const approve = (): Promise<boolean> =>
        form.submit(async ({ totp }) => {
            if (number === undefined) {
                throw new Error("Choose the number that you see where you asked for access.");
            }
            const path = { id: challenge.id };
            const proof = byCode
                ? { totp: totp.trim() }
                : { passkey: JSON.stringify(await usePasskey(await got(api.POST("/challenges/{id}/passkey/options", { params: { path } })))) };
            await api.POST("/challenges/{id}/approve", { params: { path }, body: { number, ...proof } });
            toast(`Approved. ${challenge.resource || "The connection"} goes on.`);
            await invalidate("challenges");
        });
    const facts: [string, string | undefined][] = [
        ["Wants", purposeOf(challenge)],
        ["Resource", challenge.resource || undefined],
        ["Target", [challenge.target, challenge.protocol].filter(Boolean).join(" ") || undefined],
        ["Device", challenge.device || undefined],
        ["From", placed(challenge.source, challenge.place)],
    ];
    return (
        <section class={over ? "card approval" : "card approval ask"} aria-label={`Approval of ${[challenge.resource || purposeOf(challenge), challenge.target, challenge.device].filter(Boolean).join(", ")}`}>
            <header>
                <h2>{over ? purposeOf(challenge) : "Is this you?"}</h2>
                <span class="push">
                    {over ? <Badge tone={TONES[challenge.state === "open" ? "expired" : challenge.state]}>{challenge.state === "open" ? "expired" : challenge.state}</Badge>
                    : <Countdown from={challenge.openedAt} until={challenge.expiresAt} />}
                </span>
            </header>
            <div class="body stack">
                <Facts items={facts.filter((fact): fact is [string, string] => fact[1] !== undefined)} />
                {!over && (
                    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void approve(); }}>
                        <FormProblem form={form} />
                        <fieldset class="field">
                            <legend>Which number do you see where you asked for access?</legend>
                            <div class="numbers">
                                {challenge.choices.map((choice) => (
                                    <label key={choice}>
                                        <input type="radio" name={`number-${challenge.id}`} checked={number === choice} onChange={() => setNumber(choice)} />
                                        {choice}
                                    </label>
                                ))}
                            </div>
                            <p class="hint">You see no number? Then it was not you.</p>
                        </fieldset>
                        {byCode && <Text form={form} name="totp" label="Code from your authenticator app" code autocomplete="one-time-code" />}
                        <div class="row-wrap">
                            <Button type="submit" kind="primary" size="large" icon={byCode ? "check" : "passkey"} disabled={number === undefined} busy={form.busy.value}>
                                {byCode ? "Approve" : "Approve with passkey"}
                            </Button>
                            <Button size="large" icon="x" onClick={() => deny(challenge, false)}>Deny</Button>
                            {canPasskey && kinds.has("totp") && (
                                <Button kind="ghost" size="small" onClick={() => setByCode(!byCode)}>{byCode ? "Use a passkey" : "Use a code"}</Button>
                            )}
                        </div>
                        <Button kind="danger" icon="warn" onClick={() => deny(challenge, true)}>This was not me</Button>
                    </form>
                )}
            </div>
        </section>
    );
}

function One({ id }: { id: string }) {
    const challenge = useQuery(`challenges/${id}`, () => got(api.GET("/challenges/{id}", { params: { path: { id } } })));
    const wish = query.value.get("wish");
    return (
        <Page title="Approval" back={{ href: "/approvals", label: "Approvals" }}>
            <Loaded query={challenge} retry={() => invalidate(`challenges/${id}`)}>
                {(one) => (
                    <div class="stack">
                        {wish === "deny" && one.state === "open" && (
                            <Note icon="info">You chose “Deny” in the notice. <Button size="small" kind="danger" onClick={() => deny(one, false)}>Deny now</Button></Note>
                        )}
                        <ApprovalCard key={one.id} challenge={one} />
                        {one.state !== "open" && <LinkButton href="/">Go home</LinkButton>}
                    </div>
                )}
            </Loaded>
        </Page>
    );
}

function History({ scope }: { scope: "own" | "all" }) {
    const listed = useListing(`challenges/history/${scope}`, (cursor) =>
        got(api.GET("/challenges", { params: { query: { ...(scope === "all" && { scope: "all" as const }), ...(cursor && { cursor }) } } })),
    );
    const settled = { ...listed, items: listed.items?.filter((one) => one.state !== "open" || scope === "all") };
    return (
        <ListingTable
            listed={settled}
            label="Earlier approvals"
            id={(one) => one.id}
            empty={<Empty icon="clock" title="No earlier approvals">What you approve or deny is listed here.</Empty>}
            columns={[
                { head: "What", cell: (one) => <span class="cell"><Avatar name="" icon="shield" /><span><b>{one.resource || purposeOf(one)}</b><small>{one.target}</small></span></span> },
                ...(scope === "all" ? [{ head: "Who", cell: (one: Challenge) => one.user }] : []),
                { head: "Device", cell: (one) => one.device || <span class="faint">none</span> },
                { head: "When", cell: (one) => <Ago at={one.openedAt} /> },
                { head: "Result", cell: (one) => <Badge tone={TONES[one.state]}>{one.state}</Badge> },
            ]}
        />
    );
}

function All() {
    const challenges = useChallenges();
    const scope = query.value.get("scope") === "all" ? "all" : "own";
    return (
        <Page title="Approvals" text="When something asks for access in your name, you say here whether it is you.">
            <div class="stack-l">
                <WaitingHere />
                <Loaded query={challenges} retry={() => invalidate("challenges")}>
                    {(list) => {
                        const open = list.items.filter((one) => one.state === "open");
                        return open.length === 0 ? (
                            <Empty icon="shield" title="Nothing to approve">
                                Touch something that needs your second factor, and the question appears here at once. Keep this page open, or switch on notices under “Profile and security”.
                            </Empty>
                        ) : <div class="halves">{open.map((one) => <ApprovalCard key={one.id} challenge={one} />)}</div>;
                    }}
                </Loaded>
                <Card
                    title="Earlier"
                    flush
                    actions={may("VIEW ALL LOGS") && (
                        <Segmented
                            name="scope"
                            label="Whose approvals"
                            value={scope}
                            choices={[{ key: "own", label: "Mine" }, { key: "all", label: "Everybody's" }]}
                            onChange={(key) => setQuery("scope", key === "all" ? "all" : "")}
                        />
                    )}
                >
                    <History key={scope} scope={scope} />
                </Card>
            </div>
        </Page>
    );
}

export default function Approvals({ params }: PageProps) {
    return params.id === undefined ? <All /> : <One key={params.id} id={params.id} />;
}
