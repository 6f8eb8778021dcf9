import { useEffect, useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Resource, ResourceCheck as Check, ResourceInput } from "../api/types";
import { useRoleNames } from "../app/choices";
import { useForm } from "../state/form";
import { invalidate } from "../state/queries";
import { toast } from "../state/toasts";
import { FormDialog } from "../ui/dialogs";
import { Advanced, Checks, Choice, Duration, Switch, Text } from "../ui/fields";
import { Note } from "../ui/parts";
import { Simulate } from "./simulation";

const TYPING_MILLIS = 350;

/** What the server takes where nothing is said. */
const LONGEST_SECONDS = 28_800;
const TICKET_PATTERN = "TK-\\d{6}";

interface Values extends Omit<Required<ResourceInput>, "approverRole" | "description" | "ticketPattern" | "maxDurationSeconds"> {
    description: string;
    approverRole: string;
    ticketPattern: string;
    maxDurationSeconds: number | undefined;
}

function valuesOf(resource: Resource | undefined): Values {
    return {
        name: resource?.name ?? "",
        cidr: resource?.cidr ?? "",
        ports: resource?.ports ?? "",
        protocol: resource?.protocol ?? "both",
        decoy: resource?.decoy ?? false,
        description: resource?.description ?? "",
        requestableBy: resource?.requestableBy ?? [],
        approvals: resource?.approvals ?? 1,
        approverRole: resource?.approverRole ?? "",
        maxDurationSeconds: resource?.maxDurationSeconds ?? LONGEST_SECONDS,
        ticketPattern: resource?.ticketPattern ?? TICKET_PATTERN,
    };
}

function inputOf(values: Values): ResourceInput {
    const { description, approverRole, ticketPattern, maxDurationSeconds, ...rest } = values;
    return {
        ...rest,
        name: rest.name.trim(),
        cidr: rest.cidr.trim(),
        ports: rest.ports.trim(),
        ...(description.trim() !== "" && { description: description.trim() }),
        ...(approverRole !== "" && { approverRole }),
        ticketPattern: ticketPattern.trim(),
        ...(maxDurationSeconds !== undefined && { maxDurationSeconds }),
    };
}

/** What the server thinks of the address and ports while they are typed. */
function useCheck(cidr: string, ports: string, protocol: string): Check | undefined {
    const [check, setCheck] = useState<Check>();
    useEffect(() => {
        setCheck(undefined);
        if (cidr.trim() === "" || ports.trim() === "") {
            return;
        }
        let late = false;
        const timer = setTimeout(() => {
            // What is half typed is no mistake yet; saving says what is wrong.
            got(api.POST("/resources/check", { body: { cidr: cidr.trim(), ports: ports.trim(), protocol } })).then(
                (answer) => !late && setCheck(answer),
                () => !late && setCheck(undefined),
            );
        }, TYPING_MILLIS);
        return () => {
            late = true;
            clearTimeout(timer);
        };
    }, [cidr, ports, protocol]);
    return check;
}

export function ResourceDialog({ resource, onClose }: { resource: Resource | undefined; onClose: () => void }) {
    const roles = useRoleNames();
    const [base, setBase] = useState(resource);
    const form = useForm(valuesOf(base), [base]);
    const { cidr, ports, protocol, requestableBy, decoy } = form.values.value;
    const check = useCheck(cidr, ports, protocol);
    const save = async (values: Values, version?: number): Promise<void> => {
        const body = inputOf(values);
        if (resource === undefined) {
            await api.POST("/resources", { body });
        } else {
            await api.PUT("/resources/{id}", { params: { path: { id: resource.id } }, body, headers: ifMatch(version) });
        }
        await invalidate("resources");
        toast(resource === undefined ? `${body.name} is added. Nobody reaches it before you grant it.` : "Saved.");
    };
    return (
        <FormDialog
            title={resource === undefined ? "Add a resource" : `Edit ${resource.name}`}
            submit={resource === undefined ? "Add resource" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => save(values, base?.version)}
            {...(resource !== undefined && {
                onOverwrite: (values: Values) => save(values),
                onReload: async () => setBase(await got(api.GET("/resources/{id}", { params: { path: { id: resource.id } } }))),
            })}
        >
            <Text form={form} name="name" label="Name" placeholder="Orders database" autoFocus />
            <div class="pair">
                <Text form={form} name="cidr" label="Address or subnet" mono placeholder="10.0.1.0/24" />
                <Text form={form} name="ports" label="Ports" mono placeholder="22, 443, 5600-5609" hint="A list with ranges; * is all of them; 0 is ping." />
            </div>
            <Choice form={form} name="protocol" label="Protocol" choices={[{ value: "both", label: "TCP and UDP" }, { value: "tcp", label: "TCP" }, { value: "udp", label: "UDP" }]} />
            <div aria-live="polite" class="stack">
                {check?.hints.map((hint) => <Note key={hint} tone="warn" icon="info">{hint}</Note>)}
                {check !== undefined && check.overlaps.length > 0 && <Note icon="info">Overlaps with {check.overlaps.join(", ")}. Where grants differ, a deny wins.</Note>}
            </div>
            <Text form={form} name="description" label="Description" optional />
            <Advanced label="On request" open={requestableBy.length > 0}>
                <Checks form={form} name="requestableBy" label="Who may ask for it" choices={roles.map((one) => ({ value: one.name, label: one.name }))} />
                <div class="pair">
                    <Text form={form} name="approvals" label="Approvals needed" type="number" min={1} />
                    <Choice form={form} name="approverRole" label="Who decides" optional choices={[{ value: "", label: "Anybody who may approve" }, ...roles.map((one) => ({ value: one.name, label: one.name }))]} />
                </div>
                <div class="pair">
                    <Duration form={form} name="maxDurationSeconds" label="At most for" optional />
                    <Text form={form} name="ticketPattern" label="Ticket pattern" mono optional hint="A regular expression for the whole number; empty asks for no ticket." />
                </div>
            </Advanced>
            <Advanced label="Decoy" open={decoy}>
                <Note icon="warn" tone="warn">
                    A decoy is an address that nobody has business with. Whoever sends a single packet to one of its ports is looking around: the device is locked
                    at once, without a second try, and appears under “Locked devices”. Choose addresses that are not in use, grant them to nobody, and keep
                    monitoring away, or give it the permission IP SCAN.
                </Note>
                <Switch form={form} name="decoy" label="This is a decoy" hint="Nothing real is there. Whoever touches it is locked at once." />
            </Advanced>
            {(resource !== undefined || decoy) && (
                <Simulate draft={{ resources: [{ ...(resource !== undefined && { id: resource.id }), resource: inputOf(form.values.value) }] }} fail={(error) => form.show(error)} />
            )}
        </FormDialog>
    );
}
