import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Device, DeviceLink, IssuedLink } from "../api/types";
import { dateTime, remaining } from "../format/time";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { toast } from "../state/toasts";
import { Button, SecretText } from "../ui/controls";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Duration, Switch } from "../ui/fields";
import { Ago, Badge, Loaded, Note, QrCode, type Tone, useNow } from "../ui/parts";

export const DAY_SECONDS = 86_400;
const TONES: Record<string, Tone> = { open: "accent", fetched: "ok", expired: "", revoked: "" };

/** A link, which is shown this once. */
export function IssuedLinkView({ issued, asked = false }: { issued: IssuedLink; asked?: boolean }) {
    return (
        <div class="stack">
            {issued.mailed ? <Note tone="ok" icon="mail">Mailed to its user.</Note>
            : asked && <Note tone="warn" icon="mail">Not mailed: there is no e-mail address, or no mail server is set up. Hand it over another way.</Note>}
            <Note tone="warn" icon="key">
                The link works once, until {dateTime(issued.link.expiresAt)}. It is shown this once: what comes behind the # is known to nobody else, the server
                included. You are told when it is used.
            </Note>
            <SecretText text={issued.url} label="the link" />
            <div class="beside">
                <QrCode svg={issued.qrSvg} label="QR code with the link" />
                <p class="small quiet">Scan it with the camera of the phone that is to be set up. It opens a page with the file, the QR code for the WireGuard app, and the steps for each system.</p>
            </div>
        </div>
    );
}

/** Asks how long, makes the link and shows it. */
export function LinkDialog({ device, onClose }: { device: Device; onClose: () => void }) {
    const form = useForm({ lifeSeconds: DAY_SECONDS as number | undefined, sendMail: false });
    const [issued, setIssued] = useState<IssuedLink>();
    const title = `Link for ${device.name}`;
    if (issued !== undefined) {
        return (
            <Dialog title={title} onClose={onClose} footer={<Button kind="primary" onClick={onClose}>Done</Button>}>
                <IssuedLinkView issued={issued} asked={form.values.value.sendMail} />
            </Dialog>
        );
    }
    return (
        <FormDialog
            title={title}
            submit="Make the link"
            form={form}
            onClose={onClose}
            keepOpen
            save={async ({ lifeSeconds, sendMail }) => {
                const made = await got(api.POST("/devices/{id}/link", {
                    params: { path: { id: device.id } }, body: { sendMail, ...(lifeSeconds !== undefined && { lifeSeconds }) }, headers: ifMatch(device.version),
                }));
                setIssued(made);
                await invalidate("devices", "me/devices");
            }}
        >
            <Note tone="warn" icon="key">The device gets a new key. A configuration that it has now stops working at once.</Note>
            <Duration form={form} name="lifeSeconds" label="Works for" hint="5 minutes to 7 days, and once." />
            <Switch form={form} name="sendMail" label="Mail the link" hint="To the address of the device's user." />
        </FormDialog>
    );
}

function OpenUntil({ at }: { at: string }) {
    const time = useNow();
    return <>{remaining(at, time)} left</>;
}

/** The links of a device, with what became of them. */
export function DeviceLinks({ device, manage }: { device: Device; manage: boolean }) {
    const links = useQuery(`devices/${device.id}/links`, () => got(api.GET("/devices/{id}/links", { params: { path: { id: device.id } } })));
    const revoke = async (link: DeviceLink): Promise<void> => {
        const sure = await confirm({ title: "Take the link back?", text: "It opens nothing any more. The device needs another link or key.", confirm: "Take back", danger: true });
        if (sure !== undefined) {
            await api.DELETE("/device-links/{id}", { params: { path: { id: link.id } } });
            await invalidate(`devices/${device.id}/links`);
            toast("The link is taken back.");
        }
    };
    return (
        <Loaded query={links} retry={() => invalidate(`devices/${device.id}/links`)} lines={2}>
            {(list) => list.items.length === 0 ? <p class="quiet">None was made.</p> : (
                <ul class="list">
                    {list.items.map((one) => (
                        <li key={one.id}>
                            <div class="grow">
                                <Badge tone={TONES[one.state] ?? ""}>{one.state}</Badge>{" "}
                                <span class="small">
                                    {one.state === "open" ? <OpenUntil at={one.expiresAt} />
                                    : one.state === "fetched" ? <>by <span class="mono">{one.fetchedFrom}</span>, <Ago at={one.endedAt} /></>
                                    : <Ago at={one.endedAt ?? one.expiresAt} />}
                                </span>
                                <div class="small quiet">Made <Ago at={one.createdAt} /> by {one.maker}</div>
                            </div>
                            {manage && one.state === "open" && <Button size="small" onClick={() => revoke(one)}>Take back</Button>}
                        </li>
                    ))}
                </ul>
            )}
        </Loaded>
    );
}
