import { useId, useState } from "preact/hooks";
import { clockTime, dateTime } from "../format/time";
import { Table } from "./table";

export interface ChartSeries {
    name: string;
    values: number[];
    /** An area lies behind, bars stand in front. */
    kind: "area" | "line" | "bars";
    tone: "accent" | "ok" | "bad";
    show: (value: number) => string;
}

const WIDTH = 600;
const HEIGHT = 120;
const HEAD = 6;
const DAY_MILLIS = 86_400_000;
/** Rows that a table of a chart has at most: neighbours are added up. */
const ROWS = 24;

/** Points of a line, the first on the left. */
export function path(values: number[], top: number): string {
    const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
    return values.map((value, index) => `${(index * step).toFixed(1)},${(HEIGHT - (value / top) * (HEIGHT - HEAD)).toFixed(1)}`).join(" L");
}

/** Sums of neighbours, so that there are few enough rows for people. */
export function rowsOf(times: string[], series: ChartSeries[]): { time: string; values: number[] }[] {
    const each = Math.max(1, Math.ceil(times.length / ROWS));
    const rows: { time: string; values: number[] }[] = [];
    for (let at = 0; at < times.length; at += each) {
        rows.push({ time: times[at] ?? "", values: series.map((one) => one.values.slice(at, at + each).reduce((sum, value) => sum + value, 0)) });
    }
    return rows.reverse();
}

function Shape({ series, top }: { series: ChartSeries; top: number }) {
    const { values, kind, tone } = series;
    if (kind === "bars") {
        const width = WIDTH / Math.max(1, values.length);
        return (
            <>
                {values.map((value, index) => value > 0 && (
                    <rect key={index} class={`bar ${tone}`} x={index * width} width={Math.max(1, width - 1)} y={HEIGHT - Math.max(2, (value / top) * (HEIGHT - HEAD))} height={Math.max(2, (value / top) * (HEIGHT - HEAD))} />
                ))}
            </>
        );
    }
    const line = path(values, top);
    return (
        <>
            {kind === "area" && <path class={`area ${tone}`} d={`M0,${HEIGHT} L${line} L${WIDTH},${HEIGHT} Z`} />}
            <path class={`line ${tone}`} d={`M${line}`} />
        </>
    );
}

/** Numbers over time, with a table for those who don't see it. All series share one scale. */
export function TimeChart({ label, times, series }: { label: string; times: string[]; series: ChartSeries[] }) {
    const [at, setAt] = useState<number>();
    const [asTable, setAsTable] = useState(false);
    const id = useId();
    const top = Math.max(1, ...series.flatMap((one) => one.values));
    const long = times.length > 1 && Date.parse(times[times.length - 1] ?? "") - Date.parse(times[0] ?? "") >= DAY_MILLIS;
    const time = (iso: string | undefined): string => (iso === undefined ? "" : long ? dateTime(iso) : clockTime(iso).slice(0, 5));
    const summary = series.map((one) => `${one.name}: ${one.show(one.values.reduce((sum, value) => sum + value, 0))}`).join(", ");
    const point = at === undefined ? undefined : Math.min(at, times.length - 1);
    return (
        <figure class="plot" aria-labelledby={id}>
            <figcaption id={id} class="sr">{label}. {summary} in all.</figcaption>
            {asTable ? (
                <Table
                    label={label}
                    rows={rowsOf(times, series)}
                    id={(row) => row.time}
                    columns={[
                        { head: "From", cell: (row) => <time dateTime={row.time}>{time(row.time)}</time> },
                        ...series.map((one, index) => ({ head: one.name, kind: "num" as const, cell: (row: { values: number[] }) => one.show(row.values[index] ?? 0) })),
                    ]}
                />
            ) : (
                <>
                    <div class="plot-top small quiet" aria-hidden="true">
                        <span>{series[0]?.show(top)}</span>
                        <span>{point === undefined ? "" : `${time(times[point])}: ${series.map((one) => `${one.show(one.values[point] ?? 0)} ${one.name.toLowerCase()}`).join(", ")}`}</span>
                    </div>
                    <svg
                        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
                        preserveAspectRatio="none"
                        aria-hidden="true"
                        onPointerMove={(event) => {
                            const box = event.currentTarget.getBoundingClientRect();
                            setAt(Math.max(0, Math.floor(((event.clientX - box.left) / Math.max(1, box.width)) * times.length)));
                        }}
                        onPointerLeave={() => setAt(undefined)}
                    >
                        {[0.25, 0.5, 0.75].map((part) => <line key={part} class="grid" x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} />)}
                        {series.map((one) => <Shape key={one.name} series={one} top={top} />)}
                        {point !== undefined && <line class="cursor" x1={((point + 0.5) / times.length) * WIDTH} x2={((point + 0.5) / times.length) * WIDTH} y1="0" y2={HEIGHT} />}
                    </svg>
                    <div class="plot-times small quiet" aria-hidden="true">
                        <span>{time(times[0])}</span>
                        <span>{time(times[times.length - 1])}</span>
                    </div>
                </>
            )}
            <div class="plot-foot small">
                <span class="row-wrap" aria-hidden="true">
                    {series.map((one) => <span key={one.name} class="legend"><span class={`key ${one.tone}`} />{one.name}</span>)}
                </span>
                <button type="button" class="linklike" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{asTable ? "Show as a chart" : "Show as a table"}</button>
            </div>
        </figure>
    );
}
