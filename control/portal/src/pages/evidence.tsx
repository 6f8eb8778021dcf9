import { api, got } from "../api/client";
import type { Device, PastLock, Resource } from "../api/types";
import { byAddress, decoyOf, lockSentence, portText, summary } from "../format/evidence";
import { placed } from "../format/text";
import { dateTime } from "../format/time";
import { confirm } from "../state/confirm";
import { invalidate, optimistic, useQuery } from "../state/queries";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Ago, Badge, Facts, Loaded, type Tone } from "../ui/parts";
import { Table } from "../ui/table";

type Lock = NonNullable<Device["lock"]>;

const TONES: Record<string, Tone> = { scan: "bad", decoy: "bad", reported: "bad", admin: "warn" };
const LABELS: Record<string, string> = { scan: "scan", decoy: "decoy", reported: "reported", admin: "by hand" };

export function ReasonBadge({ lock }: { lock: Lock }) {
    return <Badge tone={TONES[lock.reason] ?? "bad"}>{LABELS[lock.reason] ?? lock.reason}</Badge>;
}

/** All decoys, to name the one that was touched; only for those who may see them. */
export function useDecoys(): Resource[] {
    const decoys = useQuery("resources?decoys", () =>
        may("VIEW NETWORK") ? got(api.GET("/resources", { params: { query: { decoy: "true", limit: 500 } } })) : Promise.resolve({ items: [] as Resource[] }),
    );
    return decoys.data?.items ?? [];
}

/** What a device was locked for: why, from where, and what it tried. */
export function Evidence({ lock, decoys = [] }: { lock: Lock; decoys?: Resource[] }) {
    const last = lock.targets.at(-1);
    const touched = lock.reason === "decoy" && last !== undefined ? last.destination : undefined;
    const decoy = touched === undefined ? undefined : decoyOf(touched, decoys);
    return (
        <div class="stack">
            <Facts items={[
                ["Why", lockSentence(lock)],
                ...(touched === undefined ? [] : [["Decoy", <span>{decoy && <><a href={`/resources/${decoy.id}`}>{decoy.name}</a>, </>}<span class="mono">{touched}</span></span>] as [string, preact.JSX.Element]]),
                ["When", <span><Ago at={lock.at} />, {dateTime(lock.at)}</span>],
                ["From", lock.endpoint === undefined ? <span class="faint">not known</span> : <span><span class="mono">{lock.endpoint}</span>{lock.place === undefined ? "" : ` (${lock.place})`}</span>],
                ...(lock.targets.length > 0 ? [["Tried in vain", summary(lock.targets)] as [string, string]] : []),
                ...(lock.reason === "admin" ? [["Locked by", lock.by] as [string, string]] : []),
                ...(lock.comment !== "" ? [["Comment", lock.comment] as [string, string]] : []),
            ]} />
            {lock.targets.length > 0 && (
                <Table
                    label="What it tried"
                    rows={byAddress(lock.targets)}
                    id={(one) => one.address}
                    columns={[
                        { head: "Address", cell: (one) => <span class="mono">{one.address}</span> },
                        { head: "Ports", cell: (one) => <span class="mono">{portText(one.ports)}</span> },
                        { head: "Count", kind: "num", cell: (one) => one.ports.length },
                        { head: "Last", cell: (one) => one.last === undefined ? <span class="faint">not known</span> : <Ago at={one.last} /> },
                    ]}
                />
            )}
        </div>
    );
}

/** Locks that a device had before. */
export function PastLocks({ device }: { device: string }) {
    const locks = useQuery(`devices/${device}/locks`, () => got(api.GET("/devices/{id}/locks", { params: { path: { id: device } } })));
    return (
        <Loaded query={locks} retry={() => invalidate(`devices/${device}/locks`)} lines={2}>
            {(list) => list.items.length === 0 ? <p class="quiet">It was never locked before.</p> : (
                <ul class="list">
                    {list.items.map((one: PastLock) => (
                        <li key={one.unlockedAt}>
                            <div class="grow">
                                <b>{dateTime(one.lock.at)}</b> <ReasonBadge lock={one.lock} />
                                <div class="small quiet">
                                    {[summary(one.lock.targets), one.lock.endpoint && `from ${placed(one.lock.endpoint, one.lock.place)}`, one.lock.comment].filter(Boolean).join(" · ") || lockSentence(one.lock)}
                                </div>
                                <div class="small">Unlocked <Ago at={one.unlockedAt} /> by {one.unlockedBy}{one.comment !== "" && `: ${one.comment}`}</div>
                            </div>
                        </li>
                    ))}
                </ul>
            )}
        </Loaded>
    );
}

/** Asks for the comment, which is recorded and told, and unlocks. */
export async function unlock(device: Device): Promise<void> {
    const comment = await confirm({
        title: `Unlock ${device.name}?`, text: "Make sure that you know what it did. It may connect again at once.",
        confirm: "Unlock", ask: { label: "Comment", required: true, hint: "For the audit log, and for its user." },
    });
    if (comment === undefined) {
        return;
    }
    await optimistic<Device>(`devices/${device.id}`, (known) => ({ ...known, state: "active" }), () =>
        api.POST("/devices/{id}/unlock", { params: { path: { id: device.id } }, body: { comment } }));
    await invalidate("devices", "me/devices");
    toast(`${device.name} is unlocked.`);
}
