// The server's time on this phone. Its own clock may be wrong by hours; how far it is off is learned from every answer that
// says what time it is, and kept for the hours without one.
import { keep, kept } from './store'

let offset = 0

/** learn corrects the clock by an answer of the server. The answer travelled for a moment, so the corrected clock is late by that
 * moment and never early: a picture is not taken for one of the future. */
export function learn(serverNow: number): void {
  offset = serverNow - Date.now()
  void keep('offset', offset)
}

export async function remember(): Promise<void> {
  offset = (await kept('offset')) ?? 0
}

/** now is the server's time, as far as the phone knows. */
export const now = () => Date.now() + offset
