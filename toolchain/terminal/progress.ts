import { AsyncLocalStorage } from "node:async_hooks";
import type { Progress } from "../progress";
import { duration, fit, type Style, styleOf, type Terminal } from "./style";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const REDRAW_MS = 120;
const HEARTBEAT_MS = 30_000;
/** A step shorter than this says only that it is done. */
const QUIET_MS = 2_000;

interface Step {
  readonly title: string;
  readonly depth: number;
  readonly started: number;
  latest: string;
  heard: number;
  announced: boolean;
}

/** Clock of a progress display; a test puts its own in. */
export interface Clock {
  now(): number;
  /** Calls `tick` every `milliseconds`, without keeping the process alive; returns how to stop. */
  every(milliseconds: number, tick: () => void): () => void;
}

const systemClock: Clock = {
  now: () => performance.now(),
  every: (milliseconds, tick) => {
    const timer = setInterval(tick, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

/**
 * Progress for people and for logs. On a terminal each running step has a live line with spinner and elapsed time; anywhere
 * else there are plain lines, and one every 30 s while a step is long, so that no one takes it for dead.
 */
export class TerminalProgress implements Progress {
  private readonly style: Style;
  private readonly running = new Set<Step>();
  private readonly nesting = new AsyncLocalStorage<number>();
  private drawn = 0;
  private frame = 0;
  private stopTicking: (() => void) | undefined;

  constructor(
    private readonly terminal: Terminal,
    private readonly clock: Clock = systemClock,
  ) {
    this.style = styleOf(terminal);
  }

  async step<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T> {
    const depth = this.nesting.getStore() ?? 0;
    const now = this.clock.now();
    const step: Step = { title, depth, started: now, latest: "", heard: now, announced: false };
    this.running.add(step);
    this.startTicking();
    try {
      const result = await this.nesting.run(depth + 1, () => work((line) => (step.latest = line)));
      this.finish(step, this.style.green("✔"));
      return result;
    } catch (error) {
      this.finish(step, this.style.red("✘"));
      throw error;
    }
  }

  note(line: string): void {
    const indent = "  ".repeat(this.nesting.getStore() ?? 0);
    this.print(line.replace(/^/gm, indent));
  }

  private finish(step: Step, mark: string): void {
    this.running.delete(step);
    const elapsed = this.style.dim(duration(this.clock.now() - step.started));
    this.print(`${"  ".repeat(step.depth)}${mark} ${step.title} ${elapsed}`);
    if (this.running.size === 0) this.stop();
  }

  private startTicking(): void {
    if (this.stopTicking !== undefined) return;
    this.stopTicking = this.clock.every(this.terminal.live ? REDRAW_MS : 1_000, () => this.tick());
    if (this.terminal.live) this.terminal.stream.write("\u001b[?25l");
  }

  /** Stops drawing and gives the cursor back. Safe to call at any time. */
  stop(): void {
    if (this.stopTicking === undefined) return;
    this.stopTicking();
    this.stopTicking = undefined;
    if (this.terminal.live) this.terminal.stream.write(`${this.erase()}\u001b[?25h`);
  }

  private tick(): void {
    this.frame += 1;
    if (this.terminal.live) this.terminal.stream.write(this.erase() + this.draw());
    else for (const step of this.running) this.heartbeat(step);
  }

  private heartbeat(step: Step): void {
    const now = this.clock.now();
    const due = step.announced ? now - step.heard >= HEARTBEAT_MS : now - step.started >= QUIET_MS;
    if (!due) return;
    const detail = step.latest === "" ? "" : `: ${fit(step.latest, 160)}`;
    const elapsed = step.announced ? ` (${duration(now - step.started)}${detail})` : "";
    this.terminal.stream.write(`${"  ".repeat(step.depth)}… ${step.title}${elapsed}\n`);
    step.announced = true;
    step.heard = now;
  }

  private print(text: string): void {
    const redraw = this.terminal.live && this.stopTicking !== undefined;
    this.terminal.stream.write(redraw ? `${this.erase()}${text}\n${this.draw()}` : `${text}\n`);
  }

  private erase(): string {
    const up = this.drawn === 0 ? "" : `\u001b[${this.drawn}A`;
    this.drawn = 0;
    return `\r${up}\u001b[J`;
  }

  private draw(): string {
    const width = (this.terminal.stream.columns || 80) - 1;
    const room = Math.max(1, (this.terminal.stream.rows || 24) - 2);
    const steps = [...this.running].slice(-room);
    this.drawn = steps.length;
    return steps.map((step) => `${this.line(step, width)}\n`).join("");
  }

  private line(step: Step, width: number): string {
    const indent = "  ".repeat(step.depth);
    const elapsed = duration(this.clock.now() - step.started);
    const head = fit(`${step.title} ${elapsed}`, width - indent.length - 2);
    const room = width - indent.length - 2 - head.length - 2;
    const tail = room > 8 && step.latest !== "" ? `  ${this.style.dim(fit(step.latest, room))}` : "";
    return `${indent}${this.style.cyan(FRAMES[this.frame % FRAMES.length] ?? "-")} ${head}${tail}`;
  }
}
