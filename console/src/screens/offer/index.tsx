import { Route, Switch, useParams } from 'wouter'
import { useViewer } from '../../ui/viewer'
import { Loaded } from '../../ui/list'
import { Missing } from '../missing'
import { useOffer } from './api'
import { Editor } from './editor'
import { OfferPage } from './page'
import './offer.css'

/** OfferRoom is where one offer is written, read and looked after. */
export default function OfferRoom() {
  const brand = useViewer().account.role === 'brand'
  return (
    <Switch>
      {brand && <Route path="/offers/new"><Editor /></Route>}
      {brand && <Route path="/offers/:id/edit"><One edit /></Route>}
      <Route path="/offers/:id"><One /></Route>
      <Route component={Missing} />
    </Switch>
  )
}

function One({ edit = false }: { edit?: boolean }) {
  const { id = '' } = useParams()
  const offer = useOffer(id)
  return <Loaded query={offer}>{(o) => (edit ? <Editor key={o.id} offer={o} /> : <OfferPage key={o.id} offer={o} />)}</Loaded>
}
