import { type ReactNode, useState } from 'react'
import { useText } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'

/** Figures are a few numbers side by side, each with its name. */
export function Figures({ all }: { all: { label: string; value: ReactNode; note?: string; tone?: 'warn' }[] }) {
  return (
    <dl className="card sys-figures">
      {all.map((f) => (
        <div key={f.label}>
          <dt>{f.label}</dt>
          <dd className={f.tone ? `sys-figure ${f.tone}` : 'sys-figure'}>{f.value}</dd>
          {f.note && <dd className="muted small">{f.note}</dd>}
        </div>
      ))}
    </dl>
  )
}

/** Told is what a machine said about a failure: for whoever is asked to help, hence as it is, and behind a word. */
export function Told({ label, text }: { label: string; text: string }) {
  if (!text) return null
  return (
    <details className="sys-told">
      <summary>{label}</summary>
      <code>{text}</code>
    </details>
  )
}

interface AllProps {
  label: string
  title: string
  text: string
  /** what to say when it is done */
  done: (n: number) => string
  act: { do: () => Promise<number | undefined>; isPending: boolean; error: unknown; reset: () => void }
}

/** All is the button that acts on everything that failed, after a question. */
export function All({ label, title, text, done, act }: AllProps) {
  const { t } = useText()
  const tell = useTell()
  const [asking, setAsking] = useState(false)
  const go = async () => {
    const n = await act.do()
    if (n === undefined) return
    setAsking(false)
    tell(done(n), n > 0 ? 'good' : 'bad')
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}><Icon name="again" />{label}</button>
      <Ask open={asking} title={title} text={text} yes={label} busy={act.isPending}
        error={act.error ? told(act.error, t) : undefined} onYes={() => void go()} onClose={() => { setAsking(false); act.reset() }} />
    </>
  )
}

/** Choice is one of a few ways to look at a list. */
export function Choice<V extends string>({ label, value, all, choose }: {
  label: string; value: V; all: readonly { value: V; label: string }[]; choose: (value: V) => void
}) {
  return (
    <div className="segments sys-choice" role="group" aria-label={label}>
      {all.map((x) => (
        <button key={x.value} type="button" className="segment" aria-pressed={x.value === value} onClick={() => choose(x.value)}>{x.label}</button>
      ))}
    </div>
  )
}
