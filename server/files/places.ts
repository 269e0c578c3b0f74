/** `work` at most so many times at once; who comes later waits in order. */
export function places(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return async (work) => {
    if (taken < most) taken++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // A place goes from hand to hand, so that nobody who comes now is before those who wait.
      const next = waiting.shift();
      if (next) next();
      else taken--;
    }
  };
}
