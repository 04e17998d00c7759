/** The live plots: what the host remembers first, then a point each second. Browser, not a thread of the host. */

import { ApiError, request } from './api.ts';
import type { HistoryColumns, OpsStatus } from './api-types.ts';
import { LinePlot } from './line-plot.ts';
import { PLOTS, PlotRows } from './plot-data.ts';

export class PlotsPanel {
  readonly #rows = new PlotRows();
  readonly #plots: readonly LinePlot[];

  constructor(parent: HTMLElement) {
    this.#plots = PLOTS.map((spec) => new LinePlot(parent, spec));
  }

  /** Fills in what was missed: before the page was opened, or while nobody looked. */
  async seed(): Promise<void> {
    try {
      this.#rows.seed(await request<HistoryColumns>('/v1/history'));
      this.#draw();
    } catch (error) {
      // Without a past the plots begin now; a host that does not answer is reported by the next poll.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  add(atMs: number, status: OpsStatus): void {
    this.#rows.add(atMs, status);
    this.#draw();
  }

  repaint(): void {
    for (const plot of this.#plots) plot.repaint();
  }

  #draw(): void {
    for (const plot of this.#plots) plot.show(this.#rows.rows);
  }
}
