import { useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { useViewer } from '../../ui/viewer'
import type { Button } from './api'
import { type Path, samePath, shape } from './menudraft'
import { menu as texts } from './menuwords'

interface Props {
  buttons: Button[]
  path: Path | undefined
  choose: (path: Path) => void
  /** adds a button, to the first row or under one of it */
  grow: (under?: number) => void
}

/** MenuPhone is the foot of the account's chat, as followers see it; its buttons are the ones that are edited. */
export function MenuPhone({ buttons, path, choose, grow }: Props) {
  const w = useWords(texts)
  const { community } = useViewer()
  const open = path?.[0]
  const parent = open === undefined ? undefined : buttons[open]
  const subs = parent?.sub_button ?? []
  return (
    <div className="phone menu-phone" role="group" aria-label={w('preview')}>
      <div className="phone-bar"><i aria-hidden="true" />{community.name}</div>
      <div className="menu-stage" data-column={open} data-of={Math.min(buttons.length + (buttons.length < shape.top ? 1 : 0), shape.top)}>
        {parent && open !== undefined && (
          <div className="menu-pop">
            {subs.map((b, j) => <Item key={j} b={b} here={samePath(path, [open, j])} choose={() => choose([open, j])} />)}
            {subs.length < shape.sub && (
              <button type="button" className="menu-add" aria-label={w('addSub', { name: parent.name })} onClick={() => grow(open)}><Icon name="plus" size={15} /></button>
            )}
          </div>
        )}
      </div>
      <div className="menu-bar">
        {buttons.map((b, i) => <Item key={i} b={b} here={samePath(path, [i])} choose={() => choose([i])} opens={(b.sub_button?.length ?? 0) > 0} within={open === i} />)}
        {buttons.length < shape.top && (
          <button type="button" className="menu-add" aria-label={w('addTop')} onClick={() => grow()}><Icon name="plus" size={15} />{buttons.length === 0 && w('addTop')}</button>
        )}
      </div>
    </div>
  )
}

function Item({ b, here, choose, opens, within }: { b: Button; here: boolean; choose: () => void; opens?: boolean; within?: boolean }) {
  return (
    <button type="button" className="menu-item" aria-pressed={here} data-within={within || undefined} onClick={choose}>
      {opens && <i aria-hidden="true" />}<span>{b.name || '…'}</span>
    </button>
  )
}
