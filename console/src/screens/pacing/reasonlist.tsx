import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { why } from '../why'
import { usePlainWhy } from './reasons'
import { storyWords } from './storywords'
import type { Story, Verdict } from './types'

/** Reasons lists every reason against a post; the one that holds it longest comes first. */
export function Reasons({ story, now }: { story: Story; now: Verdict }) {
  const w = useWords(storyWords)
  const { t, lang } = useText()
  const plain = usePlainWhy()
  const group = useGroups().data?.find((g) => g.id === story.group_id)
  const all = [...now.reasons].sort((a, b) => Number(b === now.deciding) - Number(a === now.deciding))
  if (all.length === 0) return null
  return (
    <ul className="story-reasons">
      {all.map((r) => (
        <li key={r} data-reason={r} data-deciding={r === now.deciding || undefined}>
          <p>{group ? why(r, group, story.brand_name, t, lang) : plain(r)}{r === now.deciding && all.length > 1 && <span className="tag warn">{w('deciding')}</span>}</p>
        </li>
      ))}
    </ul>
  )
}
