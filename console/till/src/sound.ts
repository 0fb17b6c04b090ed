// What a clerk hears and feels when she looks at the guest and not at the screen.
let context: AudioContext | undefined

function tone(hertz: number, from: number, seconds: number): void {
  if (!context) return
  const [oscillator, volume] = [context.createOscillator(), context.createGain()]
  oscillator.frequency.value = hertz
  volume.gain.setValueAtTime(0.15, context.currentTime + from)
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + from + seconds)
  oscillator.connect(volume).connect(context.destination)
  oscillator.start(context.currentTime + from)
  oscillator.stop(context.currentTime + from + seconds)
}

/** ready prepares sound at a tap, which browsers ask for. */
export function ready(): void {
  try {
    context ??= new AudioContext()
    void context.resume()
  } catch { /* a phone without sound shows the same */ }
}

export function good(): void {
  tone(880, 0, 0.12)
  tone(1318, 0.12, 0.2)
  navigator.vibrate?.(80)
}

export function bad(): void {
  tone(220, 0, 0.35)
  navigator.vibrate?.([120, 80, 120])
}
