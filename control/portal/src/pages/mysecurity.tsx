import { useEffect, useState } from "preact/hooks";
import { api, got, whole } from "../api/client";
import { passkeysWork } from "../api/passkey";
import type { Factor, LoginSession, NoticeSettings } from "../api/types";
import { browserName, placed } from "../format/text";
import { RecoveryCodes, registerPasskey, TotpSetup } from "../login/enroll";
import { PasswordForm } from "../login/password";
import { refreshSession } from "../login/wizard";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { entered } from "../state/login";
import { currentEndpoint, pushWorks, subscribe, unsubscribe } from "../state/push";
import { invalidate, optimistic, useQuery } from "../state/queries";
import { session } from "../state/session";
import { toast, toastError } from "../state/toasts";
import { Button } from "../ui/controls";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Choice, FormProblem, Switch, Text } from "../ui/fields";
import type { IconName } from "../ui/icons";
import { Ago, Avatar, Badge, Card, Empty, Loaded, Note, Page } from "../ui/parts";

const KINDS: Record<Factor["kind"], { name: string; icon: IconName }> = {
    passkey: { name: "Passkey", icon: "passkey" },
    totp: { name: "Authenticator app", icon: "phone" },
    recovery: { name: "Recovery codes", icon: "book" },
    email: { name: "E-mail", icon: "mail" },
};

function Profile() {
    const user = session.value?.user;
    const form = useForm({ displayName: user?.displayName ?? "", email: user?.email ?? "" }, [user?.id]);
    const save = (): Promise<boolean> =>
        form.submit(async ({ displayName, email }) => {
            await api.PATCH("/me", { body: { displayName, ...(email.trim() !== "" && { email: email.trim() }) } });
            await refreshSession();
            toast("Saved.");
        });
    return (
        <Card title="Profile">
            <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
                <FormProblem form={form} />
                <div class="pair">
                    <Text form={form} name="displayName" label="Name" autocomplete="name" />
                    <Text form={form} name="email" label="E-mail" type="email" autocomplete="email" />
                </div>
                <div class="row"><Button type="submit" busy={form.busy.value}>Save</Button></div>
            </form>
        </Card>
    );
}

function PasskeyDialog({ onClose }: { onClose: () => void }) {
    const form = useForm({ name: "" });
    return (
        <FormDialog
            title="Add a passkey"
            submit="Create"
            size="narrow"
            form={form}
            onClose={onClose}
            save={async ({ name }) => {
                await registerPasskey(name.trim() || "Passkey");
                await Promise.all([invalidate("me/factors"), refreshSession()]);
                toast("The passkey is added.");
            }}
        >
            <Text form={form} name="name" label="Name" placeholder="Laptop" hint="So that you know it again." autoFocus />
        </FormDialog>
    );
}

function Factors() {
    const factors = useQuery("me/factors", () => whole((query) => api.GET("/me/factors", { params: { query } })));
    const [open, setOpen] = useState<"totp" | "passkey" | { codes: string[] }>();
    const added = async (): Promise<void> => {
        setOpen(undefined);
        await Promise.all([invalidate("me/factors"), refreshSession()]);
        toast("Your authenticator app is added.");
    };
    const newCodes = async (): Promise<void> => {
        setOpen({ codes: (await got(api.POST("/me/factors/recovery"))).codes });
        await invalidate("me/factors");
    };
    const remove = async (factor: Factor): Promise<void> => {
        const sure = await confirm({ title: `Remove ${factor.name}?`, text: "You can't confirm with it any more.", confirm: "Remove", danger: true });
        if (sure !== undefined) {
            await api.DELETE("/me/factors/{id}", { params: { path: { id: factor.id } } });
            await Promise.all([invalidate("me/factors"), refreshSession()]);
            toast("Removed.");
        }
    };
    return (
        <Card
            title="Second factors"
            flush
            actions={
                <>
                    {passkeysWork() && <Button size="small" icon="passkey" onClick={() => setOpen("passkey")}>Add passkey</Button>}
                    <Button size="small" icon="phone" onClick={() => setOpen("totp")}>Add app</Button>
                    <Button size="small" icon="refresh" onClick={newCodes}>New recovery codes</Button>
                </>
            }
        >
            <Loaded query={factors} retry={() => invalidate("me/factors")}>
                {(list) => list.items.length === 0 ? <Empty icon="passkey" title="No second factor">Add one to confirm that it is you.</Empty> : (
                    <ul class="list">
                        {list.items.map((one) => (
                            <li key={one.id}>
                                <Avatar name="" icon={KINDS[one.kind].icon} />
                                <div class="grow">
                                    <b>{one.name}</b>
                                    <div class="small quiet">
                                        {KINDS[one.kind].name}{!one.confirmed && ", not confirmed yet"} · last used <Ago at={one.lastUsedAt} />
                                    </div>
                                </div>
                                {one.confirmed && !(session.value?.acceptedKinds.includes(one.kind) ?? true) && <Badge tone="warn">does not count</Badge>}
                                <Button size="small" kind="ghost" icon="trash" label={`Remove ${one.name}`} onClick={() => remove(one)} />
                            </li>
                        ))}
                    </ul>
                )}
            </Loaded>
            {open === "passkey" && <PasskeyDialog onClose={() => setOpen(undefined)} />}
            {open === "totp" && (
                <Dialog title="Add an authenticator app" size="narrow" onClose={() => setOpen(undefined)}><TotpSetup onDone={added} /></Dialog>
            )}
            {typeof open === "object" && (
                <Dialog title="Your recovery codes" onClose={() => setOpen(undefined)}>
                    <RecoveryCodes codes={open.codes} onDone={() => setOpen(undefined)} />
                </Dialog>
            )}
        </Card>
    );
}

function Sessions() {
    const sessions = useQuery("sessions", () => whole((query) => api.GET("/sessions", { params: { query } })));
    const end = (one: LoginSession): Promise<void> =>
        optimistic<{ items: LoginSession[] }>(
            "sessions",
            (known) => ({ ...known, items: known.items.filter((other) => other.id !== one.id) }),
            () => api.DELETE("/sessions/{id}", { params: { path: { id: one.id } } }),
        ).then(() => toast("That session is logged out."));
    return (
        <Card title="Where you are logged in" flush>
            <Loaded query={sessions} retry={() => invalidate("sessions")}>
                {(list) => (
                    <ul class="list">
                        {list.items.map((one) => (
                            <li key={one.id}>
                                <Avatar name="" icon={/Mobile|Android|iPhone/.test(one.userAgent) ? "phone" : "laptop"} />
                                <div class="grow">
                                    <b>{browserName(one.userAgent)}</b>
                                    <div class="small quiet">{placed(one.source, one.place)} · active <Ago at={one.seenAt} /></div>
                                </div>
                                {one.current ? <Badge tone="ok">This one</Badge> : <Button size="small" onClick={() => end(one)}>Log out</Button>}
                            </li>
                        ))}
                    </ul>
                )}
            </Loaded>
        </Card>
    );
}

function Notices() {
    const subscriptions = useQuery("push", () => whole((query) => api.GET("/push/subscriptions", { params: { query } })));
    const [endpoint, setEndpoint] = useState<string>();
    useEffect(() => {
        currentEndpoint().then(setEndpoint, toastError);
    }, []);
    const on = async (): Promise<void> => {
        await subscribe();
        setEndpoint(await currentEndpoint());
        await invalidate("push");
        toast("Notices arrive on this device from now on.");
    };
    const off = async (id: string): Promise<void> => {
        await unsubscribe(id, subscriptions.data?.items.length === 1);
        setEndpoint(await currentEndpoint());
        await invalidate("push");
    };
    return (
        <Card
            title="Notices"
            text="A notice with Approve and Deny when something asks for access in your name, even when the portal is closed."
            flush
            actions={pushWorks() && endpoint === undefined && <Button size="small" icon="bell" onClick={on}>Switch on here</Button>}
        >
            {!pushWorks() && <div class="body"><Note>This browser knows no notices. On an iPhone, add the portal to the home screen first.</Note></div>}
            <Loaded query={subscriptions} retry={() => invalidate("push")} lines={2}>
                {(list) => list.items.length > 0 ? (
                    <ul class="list">
                        {list.items.map((one) => (
                            <li key={one.id}>
                                <Avatar name="" icon="bell" />
                                <div class="grow"><b>{one.label}</b><div class="small quiet">since <Ago at={one.createdAt} /></div></div>
                                <Button size="small" onClick={() => off(one.id)}>Switch off</Button>
                            </li>
                        ))}
                    </ul>
                ) : pushWorks() && <div class="body small quiet">No device gets notices yet.</div>}
            </Loaded>
        </Card>
    );
}

const HOOKS = [
    { value: "json", label: "JSON" },
    { value: "ntfy", label: "ntfy" },
];

function OtherNoticesForm({ known }: { known: NoticeSettings }) {
    const form = useForm({ mail: known.mail, webhook: "", webhookKind: known.webhookKind });
    const save = (clear: boolean): Promise<boolean> =>
        form.submit(async ({ mail, webhook, webhookKind }) => {
            // What is not sent stays; an empty address takes the present one away.
            const address = clear ? { webhook: "" } : webhook.trim() === "" ? {} : { webhook: webhook.trim() };
            await api.PUT("/me/notices", { body: { mail, webhookKind, ...address } });
            await invalidate("me/notices");
            toast("Saved.");
        });
    return (
        <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(false); }}>
            <FormProblem form={form} />
            <Switch form={form} name="mail" label="By e-mail" hint="With a link that approves without a login." />
            <Text form={form} name="webhook" label="Address of a webhook" mono optional hint={known.hasWebhook ? "One is set up. Leave it empty to keep it." : "Of a chat or a phone: everybody who reads there sees what you ask for."} />
            <Choice form={form} name="webhookKind" label="Kind of the webhook" choices={HOOKS} />
            <div class="row-wrap">
                <Button type="submit" busy={form.busy.value}>Save</Button>
                {known.hasWebhook && <Button kind="ghost" icon="trash" onClick={() => save(true)}>Remove the webhook</Button>}
            </div>
        </form>
    );
}

function OtherNotices() {
    const settings = useQuery("me/notices", () => got(api.GET("/me/notices")));
    return (
        <Card title="Notices elsewhere">
            <Loaded query={settings} retry={() => invalidate("me/notices")} lines={3}>
                {(known) => <OtherNoticesForm key={JSON.stringify(known)} known={known} />}
            </Loaded>
        </Card>
    );
}

function Password() {
    const [open, setOpen] = useState(false);
    return (
        <Card title="Password" actions={<Button size="small" onClick={() => setOpen(true)}>Change</Button>}>
            <p class="quiet small">A new password ends your other sessions.</p>
            {open && (
                <Dialog title="Change your password" size="narrow" onClose={() => setOpen(false)}>
                    <PasswordForm offerTokens onDone={(next) => { entered(next); setOpen(false); toast("Your password is changed."); void invalidate("sessions"); }} />
                </Dialog>
            )}
        </Card>
    );
}

export default function MySecurity() {
    return (
        <Page title="Profile and security" text="How others see you, how you prove that it is you, and where you are logged in.">
            <div class="stack-l">
                <Profile />
                <Factors />
                <div class="halves"><Sessions /><div class="stack"><Notices /><OtherNotices /><Password /></div></div>
            </div>
        </Page>
    );
}
