import { useEffect, useState } from "preact/hooks";
import { api, got, whole } from "../api/client";
import { ApiError } from "../api/problem";
import type { FactorPolicy, PolicyEffects } from "../api/types";
import { directoryName, useRoleNames } from "../app/choices";
import { useMainAction } from "../app/shortcuts";
import { factorName, plural } from "../format/text";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { may, server } from "../state/session";
import { toast } from "../state/toasts";
import { Button, Menu } from "../ui/controls";
import { FormDialog } from "../ui/dialogs";
import { Checks, Choice } from "../ui/fields";
import { Avatar, Badge, Badges, Cell, Loaded, Note, Page } from "../ui/parts";
import { Table } from "../ui/table";

const KEY = "factor-policies";
const EVERYBODY = "default";
/** Typing and ticking pause before the server is asked what would come of it. */
const PAUSE_MILLIS = 250;

const REQUIRED = [
    { value: "always", label: "Always", short: "always" },
    { value: "privileged", label: "From those who may manage, reveal or see everybody’s", short: "from those who manage" },
    { value: "never", label: "Not required, but welcome", short: "not required" },
];

const KINDS = [
    { value: "passkey", label: factorName("passkey"), hint: "Finger, face or PIN on a device. Can’t be phished." },
    { value: "totp", label: factorName("totp"), hint: "Six digits, new every 30 seconds." },
    { value: "recovery", label: factorName("recovery"), hint: "For when another one is lost. They do not stand for one." },
    { value: "email", label: factorName("email"), hint: "The weakest: whoever reads the mailbox has it." },
];

function scopeName(scope: string): string {
    if (scope === EVERYBODY) {
        return "Everybody";
    }
    const [kind = "", ...rest] = scope.split(":");
    const name = rest.join(":");
    return kind === "role" ? `Role ${name}` : `Directory ${directoryName(name)}`;
}

async function rules(): Promise<FactorPolicy[]> {
    return (await whole((query) => api.GET("/factor-policies", { params: { query } }))).items;
}

/** Saves all rules; tells when somebody else has changed them since they were read. */
async function save(next: FactorPolicy[], read?: FactorPolicy[]): Promise<void> {
    if (read !== undefined && JSON.stringify(await rules()) !== JSON.stringify(read)) {
        throw new ApiError(412, "stale", "Somebody else changed the rules in the meantime.");
    }
    await api.PUT("/factor-policies", { body: { items: next } });
    await invalidate(KEY);
    toast("Saved. It counts from the next login on.");
}

function some(names: string[], all: number): string {
    const shown = names.slice(0, 5).join(", ");
    return all > 5 ? `${shown} and ${all - Math.min(5, names.length)} more` : shown;
}

/** What would come of the rules, before they are saved. */
function Effects({ effects, ready }: { effects: PolicyEffects | undefined; ready: boolean }) {
    if (effects === undefined) {
        return <p class="small quiet" role="status">{ready ? "Looking at whom this concerns …" : "Choose for whom, and a method besides recovery codes, to see what comes of it."}</p>;
    }
    const { refusal, lockedOut, lockedOutCount, setUp, setUpCount, required, people, mail } = effects;
    return (
        <div class="stack" role="status" aria-label="What comes of it">
            {refusal !== undefined ? (
                <Note tone="bad" icon="warn"><b>This can’t be saved:</b> {refusal}.</Note>
            ) : lockedOutCount > 0 && (
                <Note tone="bad" icon="warn">
                    <b>{plural(lockedOutCount, "person", "people")} could not log in any more:</b> {some(lockedOut, lockedOutCount)}.{" "}
                    {mail ? "They have no e-mail address for a code" : "No mail server is set up, so no code would arrive"}, and neither an app nor a passkey would count.
                </Note>
            )}
            {setUpCount > 0 && (
                <Note tone="warn" icon="info">
                    <b>{plural(setUpCount, "person", "people")} must set one up at the next login:</b> {some(setUp, setUpCount)}.
                </Note>
            )}
            <p class="small quiet">Required from {required} of {plural(people, "person", "people")} who can log in now.</p>
        </div>
    );
}

function isReady(draft: FactorPolicy[]): boolean {
    return draft.every((rule) => rule.scope !== "" && rule.kinds.some((kind) => kind !== "recovery"));
}

function useEffects(draft: FactorPolicy[]): PolicyEffects | undefined {
    const [effects, setEffects] = useState<PolicyEffects>();
    const asked = JSON.stringify(draft);
    useEffect(() => {
        setEffects(undefined);
        if (!isReady(draft)) {
            return;
        }
        let over = false;
        const timer = setTimeout(() => {
            got(api.POST("/factor-policies/effects", { body: { items: draft } })).then(
                (found) => !over && setEffects(found),
                // What is wrong with the draft is said when it is saved, at its place.
                (error: unknown) => console.debug("the effects of these rules are not known", error),
            );
        }, PAUSE_MILLIS);
        return () => {
            over = true;
            clearTimeout(timer);
        };
    }, [asked]);
    return effects;
}

function Editor({ rule, all, onClose }: { rule: FactorPolicy | undefined; all: FactorPolicy[]; onClose: () => void }) {
    const [read, setRead] = useState(all);
    const others = read.filter((one) => one.scope !== rule?.scope);
    const taken = new Set(others.map((one) => one.scope));
    const scopes = [
        ...useRoleNames().map((one) => ({ value: `role:${one.name}`, label: `Role ${one.name}` })),
        ...(server.value?.loginMethods ?? []).map((one) => ({ value: `directory:${one.id}`, label: `Directory ${one.label}` })),
    ].filter((one) => !taken.has(one.value));
    const form = useForm({ scope: rule?.scope ?? "", required: rule?.required ?? "always", kinds: rule?.kinds ?? ["totp", "passkey", "recovery"] }, [rule]);
    const { scope, required, kinds } = form.values.value;
    const draft = [...others, { scope, required, kinds }];
    const effects = useEffects(draft);
    const checked = async (values: typeof form.values.value, before?: FactorPolicy[]): Promise<void> => {
        const lacks = [
            ...(values.scope === "" ? [{ field: "scope", message: "Choose for whom this holds." }] : []),
            ...(values.kinds.some((kind) => kind !== "recovery") ? [] : [{ field: "kinds", message: "Choose one at least; recovery codes alone will not do." }]),
        ];
        if (lacks.length > 0) {
            throw new ApiError(400, "invalid", "Something is missing.", lacks);
        }
        await save([...others, values], before);
    };
    const locks = effects?.refusal === undefined ? effects?.lockedOutCount ?? 0 : 0;
    return (
        <FormDialog
            title={rule === undefined ? "Add a rule" : `Second factors: ${scopeName(rule.scope)}`}
            submit={locks > 0 ? `Save and lock ${plural(locks, "person", "people")} out` : rule === undefined ? "Add rule" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => checked(values, read)}
            onOverwrite={(values) => checked(values)}
            onReload={async () => {
                const fresh = await rules();
                setRead(fresh);
                form.reset(fresh.find((one) => one.scope === rule?.scope) ?? form.values.peek());
            }}
        >
            {rule === undefined && (
                <Choice form={form} name="scope" label="For" choices={[{ value: "", label: "Choose a role or a directory" }, ...scopes]} hint="A role counts for its members and for those of roles that include it." />
            )}
            <Choice form={form} name="required" label="A second factor is required" choices={REQUIRED} />
            <Checks form={form} name="kinds" label="Methods that count" choices={KINDS} />
            <Effects effects={effects} ready={isReady(draft)} />
        </FormDialog>
    );
}

export default function FactorRules() {
    const known = useQuery(KEY, rules);
    const [editing, setEditing] = useState<FactorPolicy | "new">();
    const manage = may("MANAGE SETTINGS");
    useMainAction("Add a rule", () => setEditing("new"), manage);
    const add = manage && <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>Add rule</Button>;
    const remove = async (rule: FactorPolicy, all: FactorPolicy[]): Promise<void> => {
        const next = all.filter((one) => one.scope !== rule.scope);
        const effects = await got(api.POST("/factor-policies/effects", { body: { items: next } }));
        const comes = effects.refusal ?? (effects.lockedOutCount > 0 ? `${plural(effects.lockedOutCount, "person", "people")} could not log in any more` : "the other rules still hold");
        const sure = await confirm({
            title: rule.scope === EVERYBODY ? "Back to what is shipped?" : `Remove the rule for ${scopeName(rule.scope)}?`,
            text: rule.scope === EVERYBODY
                ? "Then a second factor is required from those who may manage, by app or passkey."
                : `It holds no more from the next login on; ${comes}.`,
            confirm: rule.scope === EVERYBODY ? "Reset" : "Remove",
            danger: true,
        });
        if (sure !== undefined) {
            await save(next, all);
        }
    };
    return (
        <Page title="Second factors" text="Who must have one, and which methods count: at the login and for approvals." actions={add}>
            <div class="stack">
                <Note>
                    All rules that fit somebody hold together: the strictest says whether one is required, and only methods that all of them name count.
                    If none is left, apps and passkeys do. Whoever lacks one sets it up at the next login.
                </Note>
                <Loaded query={known} retry={() => invalidate(KEY)}>
                    {(all) => (
                        <>
                            <Table
                                label="Rules for second factors"
                                rows={all}
                                id={(rule) => rule.scope}
                                columns={[
                                    { head: "For", cell: (rule) => (
                                        <Cell
                                            lead={<Avatar name="" icon={rule.scope === EVERYBODY ? "users" : rule.scope.startsWith("role:") ? "role" : "directory"} />}
                                            title={scopeName(rule.scope)}
                                        />
                                    ) },
                                    { head: "Required", cell: (rule) => <Badge tone={rule.required === "always" ? "ok" : rule.required === "never" ? "" : "accent"}>{REQUIRED.find((one) => one.value === rule.required)?.short ?? rule.required}</Badge> },
                                    { head: "Methods that count", cell: (rule) => <Badges items={KINDS.filter((kind) => rule.kinds.includes(kind.value)).map((kind) => kind.label)} most={4} /> },
                                    { head: "", kind: "end", cell: (rule) => manage && (
                                        <Menu label={`Actions of the rule for ${scopeName(rule.scope)}`} items={[
                                            { label: "Edit", icon: "edit", run: () => setEditing(rule) },
                                            { label: rule.scope === EVERYBODY ? "Back to what is shipped" : "Remove", icon: "trash", danger: true, run: () => remove(rule, all) },
                                        ]} />
                                    ) },
                                ]}
                            />
                            {editing !== undefined && <Editor rule={editing === "new" ? undefined : editing} all={all} onClose={() => setEditing(undefined)} />}
                        </>
                    )}
                </Loaded>
            </div>
        </Page>
    );
}
