import { useWords } from '../../text'
import { Icon } from '../../ui/icons'
import type { Finding } from './api'
import { room } from './words'

/** Findings are what the rules of conduct say of some words: which, why, where that stands, and what to write instead. */
export function Findings({ of }: { of: Finding[] }) {
  if (of.length === 0) return null
  return <ul className="findings">{of.map((f, i) => <Found key={`${f.rule} ${f.field} ${f.from} ${i}`} f={f} />)}</ul>
}

function Found({ f }: { f: Finding }) {
  const w = useWords(room)
  const refused = f.weight === 'refused'
  return (
    <li className={`finding ${refused ? 'bad' : 'warn'}`} data-weight={f.weight} data-rule={f.rule}>
      <Icon name="alert" size={16} />
      <div>
        <p><span className="strong">{w(refused ? 'lint.refused' : 'lint.warned')}</span>{f.phrase && <> <mark>{f.phrase}</mark></>} {f.text}</p>
        {f.suggestion && <p className="small">{f.suggestion}</p>}
        {f.source && <p className="small muted">{f.source}</p>}
      </div>
    </li>
  )
}
