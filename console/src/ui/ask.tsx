import { AlertDialog } from '@base-ui/react/alert-dialog'
import { type ReactNode, useRef } from 'react'
import { useText } from '../text'

interface Props {
  open: boolean
  title: string
  text: string
  yes: string
  no?: string
  /** an action that cannot be taken back: the way out has the focus, so that a stray Enter does nothing */
  careful?: boolean
  busy?: boolean
  error?: string
  onYes: () => void
  onClose: () => void
  children?: ReactNode
}

/** Ask is the question before an action that others will feel. */
export function Ask({ open, title, text, yes, no, careful, busy, error, onYes, onClose, children }: Props) {
  const { t } = useText()
  const yesButton = useRef<HTMLButtonElement>(null)
  const noButton = useRef<HTMLButtonElement>(null)
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && !busy && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog" initialFocus={children ? undefined : careful ? noButton : yesButton}>
          {/* React's events climb out of the dialog: a form around the button that opened it must not be sent too. */}
          <form onSubmit={(e) => { e.preventDefault(); e.stopPropagation(); onYes() }} noValidate>
            <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
            <AlertDialog.Description className="dialog-text">{text}</AlertDialog.Description>
            {children}
            {error && <p className="field-error" role="alert">{error}</p>}
            <div className="dialog-actions">
              <button type="button" className="button" ref={noButton} disabled={busy} onClick={onClose}>
                {no ?? t('dialog.cancel')}
              </button>
              <button type="submit" className="button primary" ref={yesButton} disabled={busy}>
                {busy ? t('dialog.busy') : yes}
              </button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
