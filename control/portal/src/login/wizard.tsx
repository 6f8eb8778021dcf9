import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { DeviceMade, NetworkSettings } from "../api/types";
import { useForm } from "../state/form";
import { entered } from "../state/login";
import { useQuery } from "../state/queries";
import { go } from "../state/router";
import { may, server, session } from "../state/session";
import { Button } from "../ui/controls";
import { FormProblem, ListField, Text } from "../ui/fields";
import { Loaded } from "../ui/parts";
import { MadeDevice } from "../pages/devicemade";
import { Enroll } from "./enroll";
import { Gate } from "./frame";
import { PasswordForm } from "./password";

const KEY = "sekisho.setup";
const STEPS = ["Password", "Second factor", "Network", "First device", "Done"] as const;

/** Whether the first administrator is on the way through the first run. Survives a reload. */
export const inSetup = signal(sessionStorage.getItem(KEY) !== null);

export function beginSetup(): void {
    sessionStorage.setItem(KEY, "1");
    inSetup.value = true;
}

function endSetup(): void {
    sessionStorage.removeItem(KEY);
    inSetup.value = false;
    if (server.value !== undefined) {
        server.value = { ...server.value, needsSetup: false };
    }
    go("/");
}

/** Only who may set up the network is led through it. */
export function needsWizard(): boolean {
    return server.value?.needsSetup === true && (session.value?.stage !== "complete" || may("MANAGE SETTINGS"));
}

function Steps({ at }: { at: number }) {
    return (
        <ol class="stages" aria-label="Steps of the first run">
            {STEPS.map((name, index) => (
                <li key={name} data-state={index < at ? "done" : undefined} aria-current={index === at ? "step" : undefined}>
                    {index + 1}<span>. {name}</span>
                </li>
            ))}
        </ol>
    );
}

export async function refreshSession(): Promise<void> {
    entered(await got(api.GET("/session")));
}

function NetworkStep({ onDone }: { onDone: () => void }) {
    const settings = useQuery("network/settings", () => got(api.GET("/network/settings")));
    return <Loaded query={settings}>{(known) => <NetworkForm known={known} onDone={onDone} />}</Loaded>;
}

function NetworkForm({ known, onDone }: { known: NetworkSettings; onDone: () => void }) {
    const form = useForm({ ...known, dns: known.dns ?? "", publicAddress: known.publicAddress ?? "" });
    const save = (): Promise<boolean> =>
        form.submit(async ({ dns, publicAddress, endpoint: _, version, ...values }) => {
            const body = { ...values, enabled: true, ...(dns.trim() !== "" && { dns: dns.trim() }), ...(publicAddress.trim() !== "" && { publicAddress: publicAddress.trim() }) };
            await api.PUT("/network/settings", { body, headers: ifMatch(version) });
            onDone();
        });
    return (
        <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
            <FormProblem form={form} />
            <Text form={form} name="publicAddress" label="Public address" mono hint="Where devices find this server from outside: a name or an address. It is written into every device's configuration." />
            <div class="pair">
                <Text form={form} name="listenPort" label="UDP port" type="number" min={1} max={65535} />
                <ListField form={form} name="addresses" label="Addresses in the tunnel" placeholder="10.90.0.1/24" />
            </div>
            <ListField form={form} name="exposedSubnets" label="Exposed subnets" placeholder="10.0.1.0/24, 10.0.2.0/24" hint="What people may reach through the tunnel, as far as grants allow. You can change this later." />
            <Text form={form} name="dns" label="DNS server" mono optional />
            <Button type="submit" kind="primary" size="large wide" busy={form.busy.value}>Start the network</Button>
        </form>
    );
}

function DeviceStep({ onDone }: { onDone: () => void }) {
    const [made, setMade] = useState<DeviceMade>();
    const form = useForm({ name: "My phone" });
    if (made !== undefined) {
        return (
            <div class="stack">
                <MadeDevice made={made} />
                <Button kind="primary" size="large wide" onClick={onDone}>Continue</Button>
            </div>
        );
    }
    const add = (): Promise<boolean> =>
        form.submit(async ({ name }) => setMade(await got(api.POST("/me/devices", { body: { name: name.trim() } }))));
    return (
        <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void add(); }}>
            <FormProblem form={form} />
            <Text form={form} name="name" label="Name of the device" autoFocus hint="Install the WireGuard app on it first. The next step shows a QR code to scan." />
            <Button type="submit" kind="primary" size="large wide" busy={form.busy.value}>Add the device</Button>
            <Button kind="ghost" onClick={onDone}>Skip this</Button>
        </form>
    );
}

/** The first run: new password, second factor, network, first device. */
export function Wizard() {
    const stage = session.value?.stage;
    const [later, setLater] = useState(2);
    const at = stage === "password" ? 0 : stage === "factor" || stage === "enroll" ? 1 : later;
    const steps = <Steps at={at} />;
    if (at === 0) {
        return (
            <Gate wide above={steps} title="Choose your password" text="The one-time password of the first start ends here.">
                <PasswordForm onDone={entered} submit="Continue" />
            </Gate>
        );
    }
    if (at === 1) {
        return (
            <Gate wide above={steps} title="Set up your second factor" text="Administrators never get in by a password alone.">
                <Enroll onDone={refreshSession} />
            </Gate>
        );
    }
    if (at === 2) {
        return (
            <Gate wide above={steps} title="Connect your network" text="Three answers, and devices can come in.">
                <NetworkStep onDone={() => setLater(3)} />
            </Gate>
        );
    }
    if (at === 3) {
        return (
            <Gate wide above={steps} title="Add your first device" text="Scan one QR code and you are in the tunnel.">
                <DeviceStep onDone={() => setLater(4)} />
            </Gate>
        );
    }
    return (
        <Gate wide above={steps} title="Your checkpoint is open" text="Nobody reaches anything yet: that is what grants are for.">
            <div class="stack">
                <p class="quiet">Next: add an IP resource, then grant it to a person or a role. Watch the first flow arrive under “Flows”.</p>
                <Button kind="primary" size="large wide" onClick={endSetup}>Open the portal</Button>
            </div>
        </Gate>
    );
}
