import { Dialog } from '@base-ui/react/dialog'
import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { usePush } from './api'
import { room } from './words'

/** PushContents shows what one push says. It is asked for when it is opened, since that is written down. */
export function PushContents({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  return (
    <Dialog.Root open={id !== undefined} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog sys-contents">
          <div className="dialog-head">
            <Dialog.Title className="dialog-title">{w('push.title')}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={t('dialog.close')}><Icon name="close" /></Dialog.Close>
          </div>
          {id !== undefined && <Contents id={id} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Contents({ id }: { id: string }) {
  const w = useWords(room)
  const push = usePush(id)
  return (
    <Loaded query={push}>
      {({ body, format, blanked }) => blanked ? <p className="blanked">{w('push.blanked')}</p> : (
        <>
          <p className="muted small">{w('push.audited')} {w('push.hidden')}</p>
          <pre tabIndex={0} aria-label={w('push.title')}>{veiled(format === 'xml' ? lines(body) : pretty(body))}</pre>
        </>
      )}
    </Loaded>
  )
}

/** lines puts each element of an XML document on a line of its own. */
const lines = (xml: string) => xml.replace(/(?<!\]\])>\s*<(?!!\[)/g, '>\n<').replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1')

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}

const people = 'FromUserName|OpenID|OpenPID|UnionID|ExternalUserID|UserID|MemChangeList'

/** veiled hides whom it is about: she is not needed to understand it, and a picture of the screen travels. */
const veiled = (text: string) => text
  .replace(new RegExp(`(<(${people})>)[\\s\\S]*?(</\\2>)`, 'gi'), '$1•••$3')
  .replace(new RegExp(`("(${people})"\\s*:\\s*)"[^"]*"`, 'gi'), '$1"•••"')
