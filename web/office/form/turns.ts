// In what order a long form is made: what fills a screen at once, the rest piece by piece, a frame each, so that neither
// an empty screen nor a key waits for hundreds of fields.
import {signal, type ReadonlySignal} from '@preact/signals';

const cellsAtOnce = 20;

export class Turns {
  private left = cellsAtOnce;
  private readonly waiting: (() => void)[] = [];

  // Whether a piece of so many fields is to be made; ask in the order in which pieces stand on the page.
  take(cells: number): ReadonlySignal<boolean> {
    const mine = signal(this.left > 0);
    if (this.left === cellsAtOnce) this.afterFrame();
    this.left -= cells;
    if (!mine.value) this.waiting.push(() => { mine.value = true; });
    return mine;
  }

  private afterFrame(): void {
    requestAnimationFrame(() => setTimeout(() => {
      this.left = cellsAtOnce;
      const piece = this.waiting.shift();
      if (!piece) return;
      piece();
      this.afterFrame();
    }));
  }
}
