import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { MailTemplate, NetworkSettings, NetworkSettingsInput } from "../api/types";
import { count } from "../format/text";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, CopyButton, Segmented, Tabs } from "../ui/controls";
import { Duration, FormProblem, ListField, Switch, Text } from "../ui/fields";
import { Ago, Badge, Bones, Card, Loaded, Note, Page } from "../ui/parts";
import { DownloadText } from "./devicemade";
import { deviceConfig } from "./deviceconfig";

type Tab = "network" | "subnets" | "email";

interface Values extends Omit<NetworkSettings, "mfa" | "scan" | "dns" | "publicAddress" | "endpoint" | "version"> {
    dns: string;
    publicAddress: string;
    "mfa.inactivitySeconds": number;
    "mfa.maximumAgeSeconds": number | undefined;
    "mfa.timeoutSeconds": number;
    "scan.threshold": number;
    "scan.windowSeconds": number;
}

function valuesOf({ mfa, scan, dns, publicAddress, endpoint: _, version: __, ...rest }: NetworkSettings): Values {
    return {
        ...rest,
        dns: dns ?? "",
        publicAddress: publicAddress ?? "",
        "mfa.inactivitySeconds": mfa.inactivitySeconds,
        "mfa.maximumAgeSeconds": mfa.maximumAgeSeconds,
        "mfa.timeoutSeconds": mfa.timeoutSeconds,
        "scan.threshold": scan.threshold,
        "scan.windowSeconds": scan.windowSeconds,
    };
}

function settingsOf(values: Values): NetworkSettingsInput {
    const {
        dns, publicAddress, "mfa.inactivitySeconds": inactivitySeconds, "mfa.maximumAgeSeconds": maximumAgeSeconds, "mfa.timeoutSeconds": timeoutSeconds,
        "scan.threshold": threshold, "scan.windowSeconds": windowSeconds, ...rest
    } = values;
    return {
        ...rest,
        ...(dns.trim() !== "" && { dns: dns.trim() }),
        ...(publicAddress.trim() !== "" && { publicAddress: publicAddress.trim() }),
        mfa: { inactivitySeconds, timeoutSeconds, ...(maximumAgeSeconds !== undefined && { maximumAgeSeconds }) },
        scan: { threshold, windowSeconds },
    };
}

function Status() {
    const status = useQuery("network/status", () => got(api.GET("/network/status")));
    return (
        <Loaded query={status} lines={1}>
            {(known) => (
                <div class="row-wrap small quiet">
                    <Badge tone={known.error ? "bad" : known.running ? "ok" : ""}>{known.error ? "problem" : known.running ? "running" : "off"}</Badge>
                    {known.error ?? <span>{known.interface}, policy {count(known.policyVersion)}{known.appliedAt && <>, applied <Ago at={known.appliedAt} /></>}, {count(known.devices)} devices, {count(known.flows)} flows</span>}
                </div>
            )}
        </Loaded>
    );
}

function Preview({ values }: { values: Values }) {
    const config = deviceConfig(settingsOf(values));
    return (
        <Card title="What a device gets" text="Changes while you type. Keys and the device's own address are filled in for each device.">
            <div class="code"><pre tabIndex={0} aria-label="Preview of a device's configuration">{config}</pre></div>
        </Card>
    );
}

function Script() {
    const [direction, setDirection] = useState<"up" | "down">("up");
    const [tool, setTool] = useState<"nftables" | "iptables">("nftables");
    const script = useQuery(`network/script/${direction}-${tool}`, () =>
        got(api.GET("/network/script", { params: { query: { direction, tool } }, parseAs: "text" })));
    return (
        <Card title="Network script" text="Forwarding, masquerade and routes for what is saved. Safe to run twice.">
            <div class="stack">
                <div class="row-wrap">
                    <Segmented name="direction" label="Direction" value={direction} onChange={setDirection} choices={[{ key: "up", label: "Up" }, { key: "down", label: "Down" }]} />
                    <Segmented name="tool" label="Tool" value={tool} onChange={setTool} choices={[{ key: "nftables", label: "nftables" }, { key: "iptables", label: "iptables" }]} />
                </div>
                <Loaded query={script}>
                    {(text) => (
                        <>
                            <div class="code"><pre tabIndex={0} aria-label="Script">{text}</pre></div>
                            <div class="row-wrap">
                                <DownloadText text={text} name={`sekisho-${direction}.sh`}>Download</DownloadText>
                                <CopyButton text={text} label="Copy the script" />
                            </div>
                        </>
                    )}
                </Loaded>
            </div>
        </Card>
    );
}

function Editor({ known, tab }: { known: NetworkSettings; tab: "network" | "subnets" }) {
    const [base, setBase] = useState(known);
    const form = useForm(valuesOf(base), [base]);
    const manage = may("MANAGE SETTINGS");
    const save = (version: number | undefined): Promise<boolean> =>
        form.submit(async (values) => {
            const { exposedSubnets, networkInterfaces } = values;
            if (networkInterfaces.length > 0 && networkInterfaces.length !== exposedSubnets.length) {
                form.errors.value = { networkInterfaces: `Name one interface for each subnet: ${exposedSubnets.length} subnets, ${networkInterfaces.length} interfaces.` };
                return;
            }
            setBase(await got(api.PUT("/network/settings", { body: settingsOf(values), headers: ifMatch(version) })));
            await invalidate("network");
            toast("Saved. It counts from now on.");
        });
    const saveButton = manage && <div class="row"><Button type="submit" kind="primary" busy={form.busy.value}>Save</Button></div>;
    const reload = async (): Promise<void> => setBase(await got(api.GET("/network/settings")));
    return (
        <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(base.version); }}>
            <fieldset disabled={!manage} class="stack">
                <FormProblem form={form} onReload={reload} onOverwrite={() => save(undefined)} />
                {tab === "network" ? (
                    <div class="split">
                        <div class="stack">
                            <Card title="Server">
                                <div class="stack">
                                    <Switch form={form} name="enabled" label="Network module" hint="Off: nothing listens, and its pages leave the menu." />
                                    <Text form={form} name="publicAddress" label="Public address" mono optional hint="The endpoint in every device's configuration. Without one it is this server's own address." />
                                    <div class="pair">
                                        <Text form={form} name="listenPort" label="UDP port" type="number" min={1} max={65535} />
                                        <Text form={form} name="interface" label="Interface" mono />
                                    </div>
                                    <ListField form={form} name="addresses" label="Private addresses of the server" placeholder="10.90.0.1/24, fd00:90::1/64" hint="With the prefix length; devices get theirs from the same subnets." />
                                    <div class="pair">
                                        <Text form={form} name="dns" label="DNS server" mono optional />
                                        <Text form={form} name="mtu" label="MTU" type="number" min={1280} max={1420} />
                                    </div>
                                </div>
                            </Card>
                            <Card title="Second factor">
                                <div class="stack">
                                    <div class="pair">
                                        <Duration form={form} name="mfa.inactivitySeconds" label="Ends after no traffic for" />
                                        <Duration form={form} name="mfa.maximumAgeSeconds" label="Ends in any case after" optional />
                                    </div>
                                    <Duration form={form} name="mfa.timeoutSeconds" label="Time to answer" />
                                </div>
                            </Card>
                            <Card title="Scan detection">
                                <div class="pair">
                                    <Text form={form} name="scan.threshold" label="Vain targets before the lock" type="number" min={1} />
                                    <Duration form={form} name="scan.windowSeconds" label="Within" />
                                </div>
                            </Card>
                            <Card title="Devices of users">
                                <div class="stack">
                                    <div class="pair">
                                        <Text form={form} name="maxOwnDevices" label="Own devices per user, at most" type="number" min={0} />
                                        <ListField form={form} name="enrollmentRoles" label="Roles that get a device at first login" />
                                    </div>
                                    <Switch form={form} name="pendingDevices" label="New devices wait" hint="An administrator lets each new device in." />
                                </div>
                            </Card>
                        </div>
                        <Preview values={form.values.value} />
                    </div>
                ) : (
                    <div class="split">
                        <Card title="Subnets">
                            <div class="stack">
                                <Note>People reach these through the tunnel, as far as grants allow. The server needs an interface in each of them.</Note>
                                <ListField form={form} name="exposedSubnets" label="Exposed subnets" placeholder="10.0.1.0/24, 10.0.2.0/24" />
                                <ListField form={form} name="networkInterfaces" label="Network interfaces" placeholder="eth0, eth1" hint="One for each subnet, in the same order." />
                                <Pairs subnets={form.values.value.exposedSubnets} interfaces={form.values.value.networkInterfaces} />
                                {saveButton}
                            </div>
                        </Card>
                        <Script />
                    </div>
                )}
            </fieldset>
            {tab === "network" && saveButton}
        </form>
    );
}

function Pairs({ subnets, interfaces }: { subnets: string[]; interfaces: string[] }) {
    return subnets.length === 0 ? null : (
        <ul class="stack small">
            {subnets.map((subnet, index) => (
                <li key={subnet + index} class="row">
                    <span class="mono">{subnet}</span>
                    <span class="quiet">through</span>
                    {interfaces[index] ? <span class="mono">{interfaces[index]}</span> : <Badge tone="warn">no interface</Badge>}
                </li>
            ))}
        </ul>
    );
}

function Email() {
    const template = useQuery("network/mail-template", () => got(api.GET("/network/mail-template")));
    return <Loaded query={template} retry={() => invalidate("network/mail-template")}>{(known) => <EmailEditor known={known} />}</Loaded>;
}

const VARIABLES = ["user", "name", "device", "server", "addresses"];

function EmailEditor({ known }: { known: MailTemplate }) {
    const form = useForm(known);
    const [preview, setPreview] = useState<MailTemplate>();
    const manage = may("MANAGE SETTINGS");
    const look = (): Promise<boolean> =>
        form.submit(async (values) => setPreview(await got(api.POST("/network/mail-template/preview", { body: values }))));
    const save = (): Promise<boolean> =>
        form.submit(async (values) => {
            await api.PUT("/network/mail-template", { body: values });
            await invalidate("network/mail-template");
            toast("Saved.");
        });
    return (
        <div class="split">
            <Card title="Mail for a new device">
                <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
                    <FormProblem form={form} />
                    <Text form={form} name="subject" label="Subject" />
                    <Text form={form} name="body" label="Text" rows={14} mono hint={<>Filled in for each device: {VARIABLES.map((name) => <code key={name}>{`{{${name}}} `}</code>)}</>} />
                    <div class="row-wrap">
                        <Button icon="eye" onClick={look}>Preview</Button>
                        {manage && <Button type="submit" kind="primary" busy={form.busy.value}>Save</Button>}
                    </div>
                </form>
            </Card>
            <Card title="Preview">
                {preview === undefined ? <p class="quiet small">Press “Preview” to see the mail with made-up values.</p> : (
                    <div class="stack">
                        <b>{preview.subject}</b>
                        <div class="code"><pre tabIndex={0} aria-label="Preview of the mail">{preview.body}</pre></div>
                    </div>
                )}
            </Card>
        </div>
    );
}

export default function Network() {
    const settings = useQuery("network/settings", () => got(api.GET("/network/settings")));
    const chosen = query.value.get("tab");
    const tab: Tab = chosen === "subnets" || chosen === "email" ? chosen : "network";
    return (
        <Page title="Network settings" text={<Status />}>
            <Tabs
                label="Network settings"
                active={tab}
                onChange={(key) => setQuery("tab", key === "network" ? "" : key)}
                tabs={[{ key: "network", label: "Network" }, { key: "subnets", label: "Subnets" }, { key: "email", label: "Email" }]}
            >
                {tab === "email" ? <Email /> : settings.data === undefined ? <Bones lines={8} /> : <Editor known={settings.data} tab={tab} />}
            </Tabs>
        </Page>
    );
}
