import { Dialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { useText } from '../text'
import { Icon } from './icons'

/** Note is an explanation behind a word. It opens by tap and takes its room, so that it can be read on a phone. */
export function Note({ label, children }: { label: string; children: ReactNode }) {
  const { t } = useText()
  return (
    <Dialog.Root>
      <Dialog.Trigger className="note-button"><Icon name="info" size={15} />{label}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <div className="dialog-head">
            <Dialog.Title className="dialog-title">{label}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={t('dialog.close')}><Icon name="close" /></Dialog.Close>
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
